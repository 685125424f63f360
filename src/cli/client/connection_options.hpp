// The options that every command with a server behind it has: --url, --ca and --token-file, else
// ROOKERY_URL, ROOKERY_CA and ROOKERY_TOKEN_FILE.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"
#include "cli/client/connection.hpp"
#include "cli/options/command_line.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace rookery::cli {

struct ConnectionOptions {
    std::string url;
    std::string ca;
    std::string token_file;
};

/// --url and --ca, for a command that needs no token. Into `options`, which must outlive the parsing.
void add_server_options(Command command, ConnectionOptions& options);
/// These and --token-file.
void add_connection_options(Command command, ConnectionOptions& options);

enum class TokenNeed : std::uint8_t { required, optional };

/// Errc::usage when something needed is neither given nor in the environment, or not https.
[[nodiscard]] Result<Connection> resolve_connection(
    const ConnectionOptions& options, TokenNeed need = TokenNeed::required
);

/// Connects as these options and the environment say.
[[nodiscard]] Result<ApiClient> connect(
    const ConnectionOptions& options, std::chrono::milliseconds timeout = std::chrono::seconds{30}
);

}  // namespace rookery::cli
