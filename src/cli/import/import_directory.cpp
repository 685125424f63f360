#include "cli/import/import_directory.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/client/patient_request.hpp"
#include "storage/text_key.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vector>

namespace rookery::cli {
namespace {

constexpr std::size_t directory_remembered_max = 10'000;

template <class T>
auto remember(std::map<std::string, T>& names, const std::string& key, const T& value) {
    if (names.size() >= directory_remembered_max) names.clear();
    return names.insert_or_assign(key, value).first;
}

/// Ids of at most two rows with that text in a column.
Result<std::vector<Uuid>> find_ids(
    ApiClient& client, std::string_view set, std::string_view id_column, std::string_view filter
) {
    ROOKERY_TRY(
        const auto reply,
        patient_request(
            client,
            Patience::busy_or_away,
            "GET",
            fmt::format("{}?$select={}&$top=2&$filter={}", set, id_column, filter)
        )
    );
    ROOKERY_TRY(const auto rows, rows_of(reply));
    std::vector<Uuid> ids;
    for (const auto& row : rows) {
        ROOKERY_TRY(ids.emplace_back(), id_member(row, id_column));
    }
    return ids;
}

constexpr std::string_view application_set = "msdyn_octwitterapplications";

/// The only one; nothing when there is none.
Result<std::optional<Uuid>> find_application(ApiClient& client, const std::string& name) {
    const auto find = [&](const std::string& filter) {
        return find_ids(client, application_set, "msdyn_octwitterapplicationid", filter);
    };
    if (const auto id = Uuid::parse(name)) {
        ROOKERY_TRY(
            const auto ids,
            find(fmt::format("msdyn_octwitterapplicationid%20eq%20{}", to_string(*id)))
        );
        if (!ids.empty()) return std::optional{ids.front()};
    }
    ROOKERY_TRY(const auto ids, find(fmt::format("msdyn_name%20eq%20{}", odata_literal(name))));
    if (ids.size() > 1) {
        return fail(Errc::invalid_argument, "several applications have that name: use an id");
    }
    return ids.empty() ? std::optional<Uuid>{} : std::optional{ids.front()};
}

Result<Uuid> create_application(ApiClient& client, const std::string& name) {
    const nlohmann::json body{{"msdyn_name", name}};
    ROOKERY_TRY(const auto reply, client.request("POST", application_set, body_of(body.dump())));
    const auto id = entity_id_of(reply);
    if (!id) return fail(Errc::bad_payload, "the server did not say which application it made");
    return *id;
}

/// The only one; nothing when there is none. By no user's full name: everybody may write his own, and
/// would be given what is meant for somebody else.
Result<std::optional<ImportOwner>> find_owner(ApiClient& client, const std::string& name) {
    const auto id = Uuid::parse(name);
    const auto literal = odata_literal(name);
    const auto user_filter = id ? fmt::format("systemuserid%20eq%20{}", to_string(*id))
                                : fmt::format("domainname%20eq%20{}", literal);
    const auto team_filter = id ? fmt::format("teamid%20eq%20{}", to_string(*id))
                                : fmt::format("name%20eq%20{}", literal);
    ROOKERY_TRY(const auto users, find_ids(client, "systemusers", "systemuserid", user_filter));
    ROOKERY_TRY(const auto teams, find_ids(client, "teams", "teamid", team_filter));
    if (users.size() + teams.size() > 1) {
        return fail(Errc::bad_owner, "several users or teams have the owner's name: give the id");
    }
    if (!users.empty()) return std::optional{ImportOwner{users.front(), false}};
    if (!teams.empty()) return std::optional{ImportOwner{teams.front(), true}};
    return std::optional<ImportOwner>{};
}

}  // namespace

std::string ImportOwner::reference() const {
    return fmt::format("/{}({})", team ? "teams" : "systemusers", to_string(id));
}

Result<std::optional<Uuid>> ImportDirectory::application(
    ApiClient& client, const std::string& name, WhenMissing missing
) {
    const MutexLock guard(mutex_);
    const auto key = storage::text_key(name);
    auto known = applications_.find(key);
    if (known == applications_.end()) {
        ROOKERY_TRY(const auto found, find_application(client, name));
        known = remember(applications_, key, found);
    }
    if (!known->second && missing == WhenMissing::create) {
        ROOKERY_TRY(known->second, create_application(client, name));
    }
    return known->second;
}

Result<ImportOwner> ImportDirectory::owner(ApiClient& client, const std::string& name) {
    const MutexLock guard(mutex_);
    const auto key = storage::text_key(name);
    auto known = owners_.find(key);
    if (known == owners_.end()) {
        ROOKERY_TRY(const auto found, find_owner(client, name));
        known = remember(owners_, key, found);
    }
    if (!known->second) {
        return fail(
            Errc::bad_owner,
            "the owner is no id, no user's domain name and no team's name; full names are not "
            "looked for"
        );
    }
    return *known->second;
}

}  // namespace rookery::cli
