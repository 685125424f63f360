// SHA-256 (FIPS 180-4) for the log's tree and commitments, through OpenSSL, which uses the CPU's SHA
// instructions where libsodium does not.
#pragma once

#include "base/bytes.hpp"

#include <initializer_list>

namespace rookery::crypto {

/// Thread-safe; allocates nothing.
[[nodiscard]] Digest sha256(ByteView bytes);
/// Of the concatenation.
[[nodiscard]] Digest sha256(std::initializer_list<ByteView> parts);

}  // namespace rookery::crypto
