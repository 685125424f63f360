#include "cli/client/token_versions.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <span>
#include <vector>

namespace rookery::cli {
namespace {

using nlohmann::json;

constexpr std::string_view bound = "/Microsoft.Dynamics.CRM.";

struct Renamed {
    const char* theirs;
    const char* ours;
};

constexpr Renamed of_version[] = {
    {"Number", "number"},
    {"Label", "label"},
    {"SetOn", "set"},
    {"SetBy", "set_by"},
    {"ReplacedBy", "replaced_by"},
    {"RetiredOn", "retired"},
    {"RetiredBy", "retired_by"},
    {"GraceUntil", "grace_until"},
    {"Columns", "columns"},
};
constexpr Renamed of_rotation[] = {
    {"RotationRule", "rotation_rule"}, {"RotationDays", "rotation_days"}, {"DueOn", "due"}};
constexpr Renamed of_holder[] = {
    {"UserId", "user"},
    {"UserName", "name"},
    {"Number", "number"},
    {"On", "on"},
    {"Acknowledged", "acknowledged"},
    {"HoldsOlder", "holds_older"},
};
constexpr Renamed of_due[] = {
    {"RecordId", "record"},
    {"RecordName", "name"},
    {"Number", "number"},
    {"SetOn", "set"},
    {"RotationRule", "rotation_rule"},
    {"RotationDays", "rotation_days"},
    {"DueOn", "due"},
    {"Overdue", "overdue"},
};

json renamed(const json& object, std::span<const Renamed> members) {
    auto out = json::object();
    for (const auto& [theirs, ours] : members) {
        out[ours] = object.is_object() ? object.value(theirs, json{}) : json{};
    }
    return out;
}

Result<json> asked(ApiClient& client, const std::string& path) {
    ROOKERY_TRY(const auto reply, client.request("GET", path));
    return object_of(reply);
}

std::string or_unknown(const json& object, std::string_view member) {
    const auto text = text_member(object, member);
    return text.empty() ? "unknown" : printable(text);
}

/// Pages go from the newest entries of the log to the oldest: what was said of a user first is what he uses now.
void merge_holder(std::map<std::string, json>& holders, json one) {
    auto user = text_member(one, "user");
    holders.try_emplace(std::move(user), std::move(one));
}

}  // namespace

Result<std::string> path_of(const RecordName& record) {
    if (record.handle.empty() == record.id.empty()) {
        return fail(Errc::usage, "name the handle, or the record with --id, and not both");
    }
    std::string key = "msdyn_octwitteruniquehandleid=" + odata_literal(record.handle);
    if (record.handle.empty()) {
        const auto id = Uuid::parse(record.id);
        if (!id) return fail(Errc::usage, "--id must be a GUID");
        key = to_string(*id);
    }
    return "msdyn_octwitterhandlesecrets(" + key + ")";
}

Result<json> list_versions(ApiClient& client, const std::string& record) {
    ROOKERY_TRY(
        const auto document,
        asked(client, fmt::format("{}{}rky_RetrieveTokenVersions()", record, bound))
    );
    auto out = renamed(document, of_rotation);
    out["record"] = text_member(document, "RecordId");
    out["versions"] = json::array();
    for (const auto& version : list_member(document, "Versions")) {
        out["versions"].push_back(renamed(version, of_version));
    }
    return out;
}

Result<json> token_holders(ApiClient& client, const std::string& record) {
    std::map<std::string, json> holders;
    std::uint64_t current = 0;
    std::string page;
    for (std::optional<std::uint64_t> below;; page = fmt::format("Below={}", *below)) {
        ROOKERY_TRY(
            const auto document,
            asked(client, fmt::format("{}{}rky_RetrieveTokenHolders({})", record, bound, page))
        );
        current = std::max(current, number_member(document, "CurrentNumber").value_or(0));
        for (const auto& one : list_member(document, "Holders")) {
            merge_holder(holders, renamed(one, of_holder));
        }
        const auto next = number_member(document, "NextBelow");
        if (!next) break;
        if (below && *next >= *below) return unexpected_answer();  // it leads nowhere
        below = next;
    }
    json out{{"current", current}, {"holders", json::array()}};
    for (auto& [user, one] : holders) {
        one["holds_older"] = number_member(one, "number").value_or(0) < current;
        out["holders"].push_back(std::move(one));
    }
    return out;
}

Result<json> due_tokens(ApiClient& client, std::uint32_t within_days) {
    std::vector<json> tokens;
    std::optional<Uuid> after;
    do {
        auto path = fmt::format("rky_RetrieveDueTokens(WithinDays={},Top=200", within_days);
        if (after) path += ",After=" + to_string(*after);
        ROOKERY_TRY(const auto document, asked(client, path + ")"));
        for (const auto& one : list_member(document, "Tokens")) {
            tokens.push_back(renamed(one, of_due));
        }
        const auto next = optional_id(document, "NextAfter");
        if (next && after && *next <= *after) return unexpected_answer();  // it leads nowhere
        after = next;
    } while (after);
    std::ranges::stable_sort(tokens, {}, [](const json& one) { return text_member(one, "due"); });
    return json{{"due", std::move(tokens)}};
}

Result<void> change_versions(
    ApiClient& client, const std::string& record, std::string_view action, const json& body
) {
    ROOKERY_TRY(
        const auto reply,
        client.request(
            "POST", fmt::format("{}{}{}", record, bound, action), body_of(json_text(body))
        )
    );
    (void)reply;
    return {};
}

std::string versions_for_people(const json& versions) {
    std::string out;
    for (const auto& one : versions["versions"]) {
        const auto number = number_member(one, "number").value_or(0);
        if (number == 0) continue;  // there are no tokens
        out += fmt::format(
            "version {:>4}  {:8}  set {}",
            number,
            printable(text_member(one, "label")),
            or_unknown(one, "set")
        );
        if (!text_member(one, "retired").empty()) {
            out += "  replaced " + printable(text_member(one, "retired"));
        }
        if (!text_member(one, "grace_until").empty()) {
            out += "  for agents until " + printable(text_member(one, "grace_until"));
        }
        out += "\n";
    }
    if (out.empty()) out = "the record has no tokens\n";
    const auto days = number_member(versions, "rotation_days");
    if (!days) return out + "no rule says when they are to be rotated\n";
    return out +
           fmt::format("to be rotated every {} days: due {}\n", *days, or_unknown(versions, "due"));
}

std::string holders_for_people(const json& holders) {
    std::string out;
    for (const auto& one : holders["holders"]) {
        const auto number = number_member(one, "number").value_or(0);
        const auto name = text_member(one, "name");
        out += fmt::format(
            "{:5}  {}  {}  {} {}\n",
            flag_member(one, "holds_older") ? "older" : "new",
            number == 0 ? "an older version" : fmt::format("version {}", number),
            printable(text_member(one, "on")),
            flag_member(one, "acknowledged") ? "acknowledged by" : "fetched by",
            printable(name.empty() ? text_member(one, "user") : name)
        );
    }
    return out.empty() ? "nobody has got the tokens\n" : out;
}

std::string due_for_people(const json& due) {
    std::string out;
    for (const auto& one : due["due"]) {
        out += fmt::format(
            "{:7}  due {}  version {}  {}  {}\n",
            flag_member(one, "overdue") ? "overdue" : "due",
            or_unknown(one, "due"),
            number_member(one, "number").value_or(0),
            printable(text_member(one, "record")),
            printable(text_member(one, "name"))
        );
    }
    return out.empty() ? "nothing is due\n" : out;
}

}  // namespace rookery::cli
