#include "cli/import/import_directory.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/odata_literal.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vector>

namespace rookery::cli {
namespace {

constexpr std::size_t remembered_max = 10'000;

template <class T>
void remember(std::map<std::string, T>& names, const std::string& name, const T& value) {
    if (names.size() >= remembered_max) names.clear();
    names.insert_or_assign(name, value);
}

/// Ids of at most two rows with that text in a column.
Result<std::vector<Uuid>> find_ids(
    ApiClient& client, std::string_view set, std::string_view id_column, std::string_view filter
) {
    ROOKERY_TRY(
        const auto reply,
        client.request(
            "GET", fmt::format("{}?$select={}&$top=2&$filter={}", set, id_column, filter)
        )
    );
    ROOKERY_TRY(const auto rows, rows_of(reply));
    std::vector<Uuid> ids;
    for (const auto& row : rows) {
        ROOKERY_TRY(ids.emplace_back(), id_member(row, id_column));
    }
    return ids;
}

}  // namespace

std::string ImportOwner::reference() const {
    return fmt::format("/{}({})", team ? "teams" : "systemusers", to_string(id));
}

Result<std::optional<Uuid>> ImportDirectory::application(
    ApiClient& client, const std::string& name, WhenMissing missing
) {
    const MutexLock guard(mutex_);
    if (const auto known = applications_.find(name); known != applications_.end()) {
        return std::optional{known->second};
    }
    ROOKERY_TRY(
        auto ids,
        find_ids(
            client,
            "msdyn_octwitterapplications",
            "msdyn_octwitterapplicationid",
            fmt::format("msdyn_name%20eq%20{}", odata_literal(name))
        )
    );
    if (ids.size() > 1) {
        return fail(Errc::invalid_argument, "several applications have that name");
    }
    if (ids.empty()) {
        if (missing == WhenMissing::leave) return std::optional<Uuid>{};
        const nlohmann::json body{{"msdyn_name", name}};
        ROOKERY_TRY(
            const auto reply,
            client.request("POST", "msdyn_octwitterapplications", body_of(body.dump()))
        );
        const auto id = entity_id_of(reply);
        if (!id) return fail(Errc::bad_payload, "the server did not say which application it made");
        ids.push_back(*id);
    }
    remember(applications_, name, ids.front());
    return std::optional{ids.front()};
}

Result<ImportOwner> ImportDirectory::owner(ApiClient& client, const std::string& name) {
    if (name.empty()) return ImportOwner{caller_, false};
    const MutexLock guard(mutex_);
    if (const auto known = owners_.find(name); known != owners_.end()) return known->second;

    const auto id = Uuid::parse(name);
    const auto literal = odata_literal(name);
    const auto user_filter =
        id ? fmt::format("systemuserid%20eq%20{}", to_string(*id))
           : fmt::format("domainname%20eq%20{}%20or%20fullname%20eq%20{}", literal, literal);
    const auto team_filter = id ? fmt::format("teamid%20eq%20{}", to_string(*id))
                                : fmt::format("name%20eq%20{}", literal);
    ROOKERY_TRY(const auto users, find_ids(client, "systemusers", "systemuserid", user_filter));
    ROOKERY_TRY(const auto teams, find_ids(client, "teams", "teamid", team_filter));
    if (users.size() + teams.size() == 0) {
        return fail(Errc::bad_owner, "there is no user or team of the owner's name");
    }
    if (users.size() + teams.size() > 1) {
        return fail(Errc::bad_owner, "several users or teams have the owner's name: use an id");
    }
    const ImportOwner owner{users.empty() ? teams.front() : users.front(), users.empty()};
    remember(owners_, name, owner);
    return owner;
}

}  // namespace rookery::cli
