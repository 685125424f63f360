#include "cli/client/connection_options.hpp"

#include "cli/client/json_rows.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rookery::cli {

void add_connection_options(Command command, ConnectionOptions& options) {
    command.add_option("--url", options.url, "The server, https://host:port [ROOKERY_URL]")
        .group("Connection");
    command
        .add_option("--ca", options.ca, "Authority of the server's certificate, PEM [ROOKERY_CA]")
        .group("Connection");
    command
        .add_option(
            "--token-file",
            options.token_file,
            "Your token, a file of mode 0600 [ROOKERY_TOKEN_FILE]"
        )
        .group("Connection");
}

Result<ApiClient> connect(const ConnectionOptions& options, std::chrono::milliseconds timeout) {
    ROOKERY_TRY(auto connection, resolve_connection(options));
    return ApiClient::open(std::move(connection), timeout);
}

Result<Uuid> find_user(ApiClient& client, std::string_view who) {
    if (const auto id = Uuid::parse(who)) return *id;
    const auto literal = odata_literal(who);
    ROOKERY_TRY(
        const auto reply,
        client.request(
            "GET",
            fmt::format(
                "systemusers?$select=systemuserid&$top=2&$filter=domainname%20eq%20{}%20or%"
                "20fullname%20eq%20{}",
                literal,
                literal
            )
        )
    );
    ROOKERY_TRY(const auto rows, rows_of(reply));
    if (rows.empty()) return fail(Errc::key_not_found, fmt::format("no user is called '{}'", who));
    if (rows.size() > 1) {
        return fail(
            Errc::invalid_argument,
            fmt::format("several users are called '{}'", who),
            "name the user by id"
        );
    }
    return id_member(rows.front(), "systemuserid");
}

}  // namespace rookery::cli
