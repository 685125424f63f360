// Where a list goes on: the last position, sealed against change and against use by another caller
// or with another query.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "crypto/record_sealer.hpp"

#include <string>
#include <string_view>

namespace rookery::messages {

/// base64url(position || tag).
[[nodiscard]] std::string make_paging_token(
    const crypto::RowAuthenticator& authenticator, const Uuid& caller,
    std::string_view query_digest, std::string_view position
);
/// The position; Errc::bad_paging_token for anything make_paging_token did not make for these.
[[nodiscard]] Result<std::string> read_paging_token(
    const crypto::RowAuthenticator& authenticator, const Uuid& caller,
    std::string_view query_digest, std::string_view token
);

}  // namespace rookery::messages
