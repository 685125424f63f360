#include "crypto/hash.hpp"

#include <sodium.h>

#include <stdexcept>

namespace rookery::crypto {
namespace {

crypto_generichash_state* state_in(std::byte* memory) {
    return reinterpret_cast<crypto_generichash_state*>(memory);
}

}  // namespace

KeyedHash::KeyedHash(ByteView key, Size size) : size_(static_cast<std::size_t>(size)) {
    static_assert(sizeof(crypto_generichash_state) <= state_bytes);
    static_assert(alignof(crypto_generichash_state) <= 64);
    if (crypto_generichash_init(state_in(state_), key.data(), key.size(), size_) != 0) {
        throw std::logic_error("BLAKE2b: bad key size");
    }
}

KeyedHash::~KeyedHash() { wipe(state_, sizeof state_); }

KeyedHash& KeyedHash::bytes(ByteView v) {
    // An empty view may have no address, which sodium's declaration forbids.
    if (!v.empty()) crypto_generichash_update(state_in(state_), v.data(), v.size());
    return *this;
}

KeyedHash& KeyedHash::u8(std::uint8_t v) { return bytes({&v, 1}); }

KeyedHash& KeyedHash::u16(std::uint16_t v) {
    const ByteArray<2> out{static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)};
    return bytes(out);
}

KeyedHash& KeyedHash::u32(std::uint32_t v) {
    return u16(static_cast<std::uint16_t>(v >> 16)).u16(static_cast<std::uint16_t>(v));
}

KeyedHash& KeyedHash::u64(std::uint64_t v) {
    return u32(static_cast<std::uint32_t>(v >> 32)).u32(static_cast<std::uint32_t>(v));
}

KeyedHash& KeyedHash::lp(ByteView v) {
    if (v.size() > 0xFFFF) throw std::length_error("LP: more than 65535 bytes");
    return u16(static_cast<std::uint16_t>(v.size())).bytes(v);
}

Digest KeyedHash::digest() {
    Digest out{};
    into(out);
    return out;
}

void KeyedHash::into(std::span<std::uint8_t> out) {
    if (out.size() != size_ ||
        crypto_generichash_final(state_in(state_), out.data(), out.size()) != 0) {
        throw std::logic_error("BLAKE2b: another output size, or ended twice");
    }
}

}  // namespace rookery::crypto
