// A user by what an operator calls him.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "cli/client/api_client.hpp"

#include <string_view>

namespace rookery::cli {

/// The user whose id or domain name is `who`. A full name, which everybody may choose for himself, counts
/// only if no domain name is the same and nobody else has it. Errc::key_not_found, or
/// Errc::invalid_argument when several have it.
[[nodiscard]] Result<Uuid> find_user(ApiClient& client, std::string_view who);

/// Errc::invalid_argument, and what to give instead.
[[nodiscard]] tl::unexpected<Error> several_users();

}  // namespace rookery::cli
