// SHA-256 (FIPS 180-4) for the log's tree and commitments, through OpenSSL, which uses the CPU's SHA
// instructions where libsodium does not.
#pragma once

#include "base/bytes.hpp"

#include <initializer_list>
#include <memory>

namespace rookery::crypto {

/// Thread-safe; allocates nothing.
[[nodiscard]] Digest sha256(ByteView bytes);
/// Of the concatenation.
[[nodiscard]] Digest sha256(std::initializer_list<ByteView> parts);

/// Of what comes piece by piece, such as a file.
class Sha256 {
 public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(ByteView bytes);
    /// Ends it: then it begins anew.
    [[nodiscard]] Digest digest();

 private:
    struct Inside;

    std::unique_ptr<Inside> inside_;
};

}  // namespace rookery::crypto
