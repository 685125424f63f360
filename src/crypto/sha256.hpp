// SHA-256 (FIPS 180-4) for the log's tree and commitments, through OpenSSL, which uses the CPU's SHA
// instructions where libsodium does not.
#pragma once

#include "base/bytes.hpp"

#include <initializer_list>

namespace rookery::crypto {

/// Thread-safe; one context per thread is reused, nothing is allocated after a thread's first call.
/// Throws std::runtime_error when OpenSSL has no SHA-256.
[[nodiscard]] Digest sha256(ByteView bytes);
/// Of the concatenation.
[[nodiscard]] Digest sha256(std::initializer_list<ByteView> parts);

/// Piece by piece, for inputs that are not at hand as a whole. One thread at a time.
class Sha256 {
 public:
    Sha256();
    ~Sha256();

    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    Sha256& add(ByteView bytes);
    /// The digest of what was added; afterwards the object is as new.
    [[nodiscard]] Digest finish();

 private:
    void* context_;
};

}  // namespace rookery::crypto
