// Kinds of credential that a request may carry: the table that `prove` looks into. A kind that signs the
// request is one more row.
#pragma once

#include "access/facts.hpp"
#include "base/http_message.hpp"
#include "crypto/credential_hasher.hpp"
#include "identity/proof.hpp"

#include <array>
#include <string_view>

namespace rookery::identity {

/// What a kind may look at.
struct Shown {
    const http::Request& request;
    std::string_view text;  // of the header, after the scheme and its blanks
    const access::Facts& facts;
    const crypto::CredentialHasher& hasher;
};

struct CredentialKind {
    std::string_view scheme;  // of the Authorization header, in lower case
    Proof (*prove)(const Shown& shown);
};

/// `Bearer`: a token of this vault, whose secret is compared with the hash in its credential's row.
[[nodiscard]] Proof prove_bearer_token(const Shown& shown);

inline constexpr std::array credential_kinds{
    CredentialKind{"bearer", prove_bearer_token},
};

}  // namespace rookery::identity
