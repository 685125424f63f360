// The options that every command with a server behind it has.
#pragma once

#include "cli/client/api_client.hpp"
#include "cli/options/command_line.hpp"

namespace rookery::cli {

/// --url, --ca, --token-file into `options`, which must outlive the parsing.
void add_connection_options(Command command, ConnectionOptions& options);

/// Connects as these options and the environment say.
[[nodiscard]] Result<ApiClient> connect(
    const ConnectionOptions& options, std::chrono::milliseconds timeout = std::chrono::seconds{30}
);

/// The only user whose id, domain name or full name is `who`. Errc::key_not_found, or
/// Errc::invalid_argument when several are called so.
[[nodiscard]] Result<Uuid> find_user(ApiClient& client, std::string_view who);

}  // namespace rookery::cli
