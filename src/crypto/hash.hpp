// Keyed BLAKE2b (RFC 7693): the vault's only KDF, PRF and MAC. Every use starts with its own label.
#pragma once

#include "base/bytes.hpp"
#include "base/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rookery::crypto {

/// BLAKE2b-256 or -512 under a 32-byte key, fed piece by piece. The state is inline, so nothing is
/// allocated, and wiped. Integers are big-endian; lp(x) is u16(size) || x.
class KeyedHash {
 public:
    enum class Size : std::uint8_t { bits_256 = 32, bits_512 = 64 };

    /// Precondition: `key` has 32 bytes.
    explicit KeyedHash(ByteView key, Size size = Size::bits_256);

    template <class Tag>
    explicit KeyedHash(const Key<Tag>& key, Size size = Size::bits_256)
        : KeyedHash(key.expose([](ByteView bytes) { return bytes; }), size) {}

    ~KeyedHash();

    KeyedHash(const KeyedHash&) = delete;
    KeyedHash& operator=(const KeyedHash&) = delete;

    KeyedHash& bytes(ByteView v);
    KeyedHash& u8(std::uint8_t v);
    KeyedHash& u16(std::uint16_t v);
    KeyedHash& u32(std::uint32_t v);
    KeyedHash& u64(std::uint64_t v);
    /// Precondition: at most 65535 bytes.
    KeyedHash& lp(ByteView v);

    KeyedHash& lp(std::string_view v) { return lp(bytes_of(v)); }

    // One of these ends it; a second call throws std::logic_error.

    /// Precondition: Size::bits_256.
    [[nodiscard]] Digest digest();

    /// Into 32 or 64 bytes as constructed: for results that are themselves secret.
    void into(std::span<std::uint8_t> out);

    /// As a key. Precondition: Size::bits_256.
    template <class K>
    [[nodiscard]] K key() {
        return K::filled_by([this](std::span<std::uint8_t, 32> out) { into(out); });
    }

 private:
    static constexpr std::size_t state_bytes = 384;
    alignas(64) std::byte state_[state_bytes];
    std::size_t size_;
};

}  // namespace rookery::crypto
