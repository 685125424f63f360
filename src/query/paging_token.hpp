// Where a list goes on: the last position, sealed against change and against use by another caller, on behalf of
// another user, or with another query.
#pragma once

#include "access/caller.hpp"
#include "base/result.hpp"
#include "crypto/record_sealer.hpp"

#include <string>
#include <string_view>

namespace rookery::messages {

/// base64url(position || tag).
[[nodiscard]] std::string make_paging_token(
    const crypto::RowAuthenticator& authenticator, const access::Caller& caller,
    std::string_view query_digest, std::string_view position
);
/// The position; Errc::bad_paging_token for anything make_paging_token did not make for these.
[[nodiscard]] Result<std::string> read_paging_token(
    const crypto::RowAuthenticator& authenticator, const access::Caller& caller,
    std::string_view query_digest, std::string_view token
);

}  // namespace rookery::messages
