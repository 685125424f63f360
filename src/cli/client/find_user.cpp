#include "cli/client/find_user.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/odata_literal.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rookery::cli {

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
