// Proof: what a request proved of its sender. Made once per request by `prove`, judged by `admit` for each
// state of the vault that the request is planned on. A value; holds no secret.
#pragma once

#include "access/fact_rows.hpp"
#include "base/auth_method.hpp"
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/uuid.hpp"

#include <cstdint>

namespace rookery::identity {

class Proof {
 public:
    /// Nothing.
    Proof() = default;
    /// That the sender holds the secret of this credential, as its row was at that time.
    Proof(AuthMethod method, const Uuid& credential, const access::Credential& row);

    [[nodiscard]] AuthMethod method() const { return method_; }

    [[nodiscard]] const Uuid& credential() const { return credential_; }

    [[nodiscard]] const ByteArray<8>& fingerprint() const { return fingerprint_; }

    /// Whether it is a proof, and of this row: nothing that the secret was checked against has changed.
    [[nodiscard]] bool is_of(const access::Credential& row) const;

 private:
    AuthMethod method_ = AuthMethod::none;
    Uuid credential_;
    ByteArray<8> fingerprint_{};
    // What the hash of a credential is over, and the hash.
    Uuid user_;
    Instant expires_{};
    std::uint64_t counter_ = 0;
    Digest hash_{};
};

}  // namespace rookery::identity
