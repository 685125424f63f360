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
    for (const auto* column : {"domainname", "fullname"}) {
        ROOKERY_TRY(
            const auto reply,
            client.request(
                "GET",
                fmt::format(
                    "systemusers?$select=systemuserid&$top=2&$filter={}%20eq%20{}", column, literal
                )
            )
        );
        ROOKERY_TRY(const auto rows, rows_of(reply));
        if (rows.size() == 1) return id_member(rows.front(), "systemuserid");
        if (rows.size() > 1) return several_users();
    }
    return fail(Errc::key_not_found, fmt::format("no user is called '{}'", who));
}

tl::unexpected<Error> several_users() {
    return fail(
        Errc::invalid_argument, "several users have that name", "give the domain name or id"
    );
}

}  // namespace rookery::cli
