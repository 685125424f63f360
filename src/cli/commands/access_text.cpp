#include "cli/commands/access_text.hpp"

#include "access/built_in.hpp"
#include "base/uuid.hpp"
#include "cli/client/json_members.hpp"
#include "cli/output/console.hpp"
#include "cli/output/shown_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace rookery::cli {

using nlohmann::json;

namespace {

std::string profiles_text(const json& column) {
    std::vector<std::string> parts;
    for (const auto& profile : list_member(column, "Profiles")) {
        auto part = "profile " + named_member(profile, "Profile");
        const auto team = named_member(profile, "HoldingTeam");
        if (!team.empty()) part += " of team " + team;
        parts.push_back(std::move(part));
    }
    return joined(parts);
}

std::string bounds_text(const json& credential, const WantedAccess& wanted) {
    std::vector<std::string> carries;
    std::vector<std::string> waits;
    const auto add = [&](const char* member, const char* word, bool matters) {
        if (!matters) return;
        (flag_member(credential, member) ? carries : waits).emplace_back(word);
    };
    add("Plaintext", "plaintext", wanted.plaintext);
    add("Administration", "administration", wanted.administration);
    std::string out;
    if (!carries.empty()) out += "  carries " + joined(carries);
    if (!waits.empty()) out += fmt::format("  waits for rookery token confirm: {}", joined(waits));
    const auto confirmed = named_with_id(credential, "ConfirmedBy");
    if (!confirmed.empty()) out += "  confirmed by " + confirmed;
    return out;
}

}  // namespace

std::string shown_member(const json& object, const std::string& name) {
    return field_text(text_member(object, name));
}

std::string quoted_member(const json& object, const std::string& name) {
    return quoted_name(text_member(object, name));
}

std::string named_member(const json& object, const std::string& what) {
    const auto name = what + "Name";
    return shown_member(object, name).empty() ? shown_member(object, what + "Id")
                                              : quoted_member(object, name);
}

std::string named_with_id(const json& object, const std::string& what) {
    const auto name = what + "Name";
    auto id = shown_member(object, what + "Id");
    if (shown_member(object, name).empty()) return id;
    const auto user = Uuid::parse(id);
    const bool built_in = user && access::is_built_in_user(*user);
    return fmt::format(
        "{} {}", built_in ? shown_member(object, name) : quoted_member(object, name), id
    );
}

std::string joined(const std::vector<std::string>& parts) {
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string level_member(const json& object, const std::string& name) {
    auto out = shown_member(object, name);
    std::ranges::replace(out, '_', ' ');
    return out;
}

std::string path_text(const json& path) {
    const auto rule = shown_member(path, "Rule");
    auto out = fmt::format("role {}/{}", named_member(path, "Role"), shown_member(path, "Depth"));
    const auto holder = named_member(path, "HoldingTeam");
    if (!holder.empty()) out += " of team " + holder;
    if (rule == "owner") return "owner by " + out;
    if (rule == "team") return fmt::format("team {} by {}", named_member(path, "OwningTeam"), out);
    if (rule == "share") {
        const auto* const with = "SharedWith";
        const auto until = shown_member(path, "SharedUntil");
        return fmt::format(
            "shared with {} {}{} by {}",
            shown_member(path, "SharedWithKind"),
            named_member(path, with),
            until.empty() ? "" : " until " + until,
            out
        );
    }
    return out;
}

std::string paths_text(const json& reader) {
    std::vector<std::string> parts;
    for (const auto& path : list_member(reader, "Paths")) parts.push_back(path_text(path));
    if (flag_member(reader, "MorePaths")) parts.emplace_back("and more");
    return joined(parts);
}

std::vector<Sight> sights(const json& reader) {
    std::vector<Sight> out;
    for (const auto& column : list_member(reader, "Columns")) {
        const auto by =
            fmt::format("{}  {}", profiles_text(column), level_member(column, "Unmask"));
        auto at = std::ranges::find(out, by, &Sight::by);
        if (at == out.end()) at = out.insert(out.end(), Sight{by, {}});
        at->columns.push_back(shown_member(column, "Column"));
    }
    return out;
}

std::string credentials_text(const json& of, const WantedAccess& wanted) {
    std::string out;
    for (const auto& one : list_member(of, "Credentials")) {
        out += fmt::format(
            "    token {} {}  fingerprint {}  made by {}  until {}{}\n",
            shown_member(one, "CredentialId"),
            quoted_member(one, "Name"),
            shown_member(one, "Fingerprint"),
            named_with_id(one, "Maker"),
            shown_member(one, "ExpiresOn"),
            bounds_text(one, wanted)
        );
    }
    if (flag_member(of, "MoreCredentials")) out += "    and more tokens\n";
    return out.empty() ? "    no live token\n" : out;
}

}  // namespace rookery::cli
