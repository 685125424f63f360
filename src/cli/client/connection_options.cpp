#include "cli/client/connection_options.hpp"

#include <cstdlib>
#include <string_view>

namespace rookery::cli {
namespace {

std::string given_or_environment(const std::string& given, const char* name) {
    if (!given.empty()) return given;
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
}

/// Name and port only: a path, a user or a query in the URL would be sent or ignored silently.
bool is_plain_https(std::string_view url) {
    constexpr std::string_view scheme = "https://";
    if (url.substr(0, scheme.size()) != scheme) return false;
    const auto rest = url.substr(scheme.size());
    return !rest.empty() && rest.find_first_of("/?#@\\ ") == std::string_view::npos;
}

}  // namespace

void add_server_options(Command command, ConnectionOptions& options) {
    command.add_option("--url", options.url, "The server, https://host:port [ROOKERY_URL]")
        .group("Connection");
    command
        .add_option("--ca", options.ca, "Authority of the server's certificate, PEM [ROOKERY_CA]")
        .group("Connection");
}

void add_connection_options(Command command, ConnectionOptions& options) {
    add_server_options(command, options);
    command
        .add_option(
            "--token-file",
            options.token_file,
            "Your token, a file of mode 0600 [ROOKERY_TOKEN_FILE]"
        )
        .group("Connection");
}

Result<Connection> resolve_connection(const ConnectionOptions& options, TokenNeed need) {
    Connection out;
    out.url = given_or_environment(options.url, "ROOKERY_URL");
    out.ca = given_or_environment(options.ca, "ROOKERY_CA");
    out.token_file = given_or_environment(options.token_file, "ROOKERY_TOKEN_FILE");
    if (out.url.empty()) {
        return fail(Errc::usage, "which server? no --url and no ROOKERY_URL");
    }
    if (out.url.back() == '/') out.url.pop_back();
    if (!is_plain_https(out.url)) {
        return fail(Errc::usage, "the server's URL must be https://host or https://host:port");
    }
    if (out.token_file.empty() && need == TokenNeed::required) {
        return fail(
            Errc::usage,
            "who asks? no --token-file and no ROOKERY_TOKEN_FILE",
            "a token is never taken from the command line: put it into a file of mode 0600"
        );
    }
    return out;
}

Result<ApiClient> connect(const ConnectionOptions& options, std::chrono::milliseconds timeout) {
    ROOKERY_TRY(auto connection, resolve_connection(options));
    return ApiClient::open(std::move(connection), timeout);
}

}  // namespace rookery::cli
