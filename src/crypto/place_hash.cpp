#include "crypto/place_hash.hpp"

#include <sodium.h>

namespace rookery::crypto {

static_assert(crypto_shorthash_siphash24_BYTES == sizeof(std::uint64_t));
static_assert(crypto_shorthash_siphash24_KEYBYTES == 16);

std::uint64_t PlaceHash::of(ByteView bytes) const {
    ByteArray<sizeof(std::uint64_t)> out{};
    crypto_shorthash_siphash24(out.data(), bytes.data(), bytes.size(), key_.data());
    return ByteReader(out).u64();
}

}  // namespace rookery::crypto
