#include "cli/client/connection_options.hpp"

#include "cli/client/server_url.hpp"
#include "cli/options/environment.hpp"

namespace rookery::cli {
namespace {

Result<std::string> given_or_environment(const std::string& given, Variable variable) {
    if (!given.empty()) return given;
    return value_of(variable);
}

}  // namespace

void add_server_options(Command command, ConnectionOptions& options) {
    command.add_option("--url", options.url, "The server, https://host:port [ROOKERY_URL]")
        .takes(Takes::url)
        .group("Connection");
    command
        .add_option("--ca", options.ca, "Authority of the server's certificate, PEM [ROOKERY_CA]")
        .takes(Takes::file)
        .group("Connection");
}

void add_connection_options(Command command, ConnectionOptions& options) {
    add_server_options(command, options);
    command
        .add_option(
            "--token-file",
            options.token_file,
            "Your token, a private file, or - for standard input [ROOKERY_TOKEN_FILE]"
        )
        .takes(Takes::private_file)
        .group("Connection");
}

Result<Connection> resolve_connection(const ConnectionOptions& options, TokenNeed need) {
    Connection out;
    ROOKERY_TRY(const auto url, given_or_environment(options.url, Variable::url));
    ROOKERY_TRY(out.ca, given_or_environment(options.ca, Variable::ca));
    ROOKERY_TRY(out.token_file, given_or_environment(options.token_file, Variable::token_file));
    if (url.empty()) {
        return fail(
            Errc::usage,
            "which server? no --url and no ROOKERY_URL",
            "type: export ROOKERY_URL=https://localhost:8443"
        );
    }
    ROOKERY_TRY(out.url, server_url(url));
    if (out.token_file.empty() && need == TokenNeed::required) {
        return fail(
            Errc::usage,
            "who asks? no --token-file and no ROOKERY_TOKEN_FILE",
            "put your token into a file of mode 0600, and type: export ROOKERY_TOKEN_FILE=FILE"
        );
    }
    return out;
}

Result<ApiClient> connect(const ConnectionOptions& options, std::chrono::milliseconds timeout) {
    ROOKERY_TRY(auto connection, resolve_connection(options));
    return ApiClient::open(std::move(connection), timeout);
}

}  // namespace rookery::cli
