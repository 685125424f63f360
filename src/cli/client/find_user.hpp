// A user by what an operator calls him.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "cli/client/api_client.hpp"

#include <string_view>

namespace rookery::cli {

/// The only user whose id, domain name or full name is `who`. Errc::key_not_found, or
/// Errc::invalid_argument when several are called so.
[[nodiscard]] Result<Uuid> find_user(ApiClient& client, std::string_view who);

}  // namespace rookery::cli
