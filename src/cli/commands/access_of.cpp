#include "cli/commands/access_of.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/json_members.hpp"
#include "cli/commands/access_question.hpp"
#include "cli/commands/access_text.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "schema/schema.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace rookery::cli {
namespace {

using nlohmann::json;

struct AccessOfOptions {
    ConnectionOptions connection;
    std::string user;
    bool json = false;
};

/// How many a list names less than there are.
std::uint64_t not_named(const json& object, const char* count, const char* list) {
    const auto all = number_member(object, count).value_or(0);
    return all - std::min<std::uint64_t>(all, list_member(object, list).size());
}

/// "all rows", "rows of user 'Rita Demo', team 'Social'", "rows in business unit 'Social Media'"
std::string rows_text(const json& table) {
    const auto rows = shown_member(table, "Rows");
    if (rows != "some") return rows == "all" ? "all rows" : "no row";
    std::vector<std::string> parts;
    for (const auto& owner : list_member(table, "Owners")) {
        parts.push_back(
            fmt::format("of {} {}", shown_member(owner, "Kind"), named_member(owner, "Owner"))
        );
    }
    if (const auto more = not_named(table, "OwnerCount", "Owners"); more > 0) {
        parts.push_back(fmt::format("of {} more owners", more));
    }
    for (const auto& unit : list_member(table, "BusinessUnits")) {
        parts.push_back("in business unit " + named_member(unit, "BusinessUnit"));
    }
    if (const auto more = not_named(table, "BusinessUnitCount", "BusinessUnits"); more > 0) {
        parts.push_back(fmt::format("in {} more business units", more));
    }
    if (const auto shared = number_member(table, "SharedCount").value_or(0); shared > 0) {
        parts.push_back(fmt::format("of others, {} shared", shared));
    }
    return "rows " + joined(parts);
}

std::string column_text(const json& table, const json& column) {
    std::vector<std::string> may;
    if (flag_member(column, "Create")) may.emplace_back("create");
    if (flag_member(column, "Update")) may.emplace_back("update");
    const auto unmask = level_member(column, "Unmask");
    if (flag_member(column, "Read")) {
        may.push_back(unmask == "none" ? "read the mask" : "read in clear " + unmask);
    }
    return fmt::format(
        "column  {}.{}  {}\n",
        shown_member(table, "Table"),
        shown_member(column, "Column"),
        joined(may)
    );
}

bool reads_in_clear(const json& access) {
    return std::ranges::any_of(list_member(access, "Tables"), [](const json& table) {
        return std::ranges::any_of(list_member(table, "Columns"), [](const json& column) {
            return text_member(column, "Unmask") != "none";
        });
    });
}

/// A table's privileges in one line, general ones in their own.
std::string privileges_text(const json& access) {
    struct Line {
        std::string table;
        std::vector<std::string> rights;
    };

    std::vector<Line> lines;
    for (const auto& held : list_member(access, "Privileges")) {
        const auto table = shown_member(held, "Table");
        const auto* known = schema::privilege(text_member(held, "Privilege"));
        const auto name = known == nullptr || known->table == nullptr
                              ? shown_member(held, "Privilege")
                              : std::string{schema::name_of(known->right).privilege_word};
        if (lines.empty() || lines.back().table != table) lines.push_back({table, {}});
        lines.back().rights.push_back(fmt::format("{}/{}", name, shown_member(held, "Depth")));
    }
    std::string out;
    for (const auto& line : lines) {
        out += fmt::format(
            "holds  {}{}{}\n", line.table, line.table.empty() ? "" : "  ", joined(line.rights)
        );
    }
    return out;
}

std::string access_text(const json& access) {
    auto out = named_with_id(access, "User");
    if (!flag_member(access, "Enabled")) out += "  disabled: what follows is as if enabled";
    out += '\n';
    for (const auto& table : list_member(access, "Tables")) {
        out += fmt::format("reads  {}  {}\n", shown_member(table, "Table"), rows_text(table));
        for (const auto& column : list_member(table, "Columns")) out += column_text(table, column);
    }
    out += privileges_text(access);
    if (flag_member(access, "SystemAdministrator")) {
        out += "gives  every ordinary privilege, as System Administrator\n";
    }
    if (flag_member(access, "GrantsPlaintext"))
        out += "gives  plaintext to others, by prvrkyGrantUnmask\n";
    if (flag_member(access, "ManagesCredentials")) {
        out += "gives  tokens of users, by prvrkyManageCredentials\n";
    }
    const bool plaintext = reads_in_clear(access) || flag_member(access, "GrantsPlaintext");
    return out + credentials_text(access, {plaintext, flag_member(access, "Administers")});
}

Result<Exit> of(const AccessOfOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(const auto user, user_parameter(client, "@w", options.user));
    const auto path =
        user.empty() ? "rky_RetrieveAccessOf" : "rky_RetrieveAccessOf?" + user.substr(1);
    ROOKERY_TRY(const auto access, ask_about_access(client, path));
    ROOKERY_CHECK(options.json ? print_json(access) : print(access_text(access)));
    return Exit::ok;
}

}  // namespace

void add_access_of(Command access, Action& chosen) {
    auto options = std::make_shared<AccessOfOptions>();
    const auto looking = access.add_subcommand(
        "of", "What a user could read, what he holds and may give, and what his tokens carry"
    );
    looking.add_option("user", options->user, "Id, domain name or full name; you, if left out")
        .takes(Takes::user);
    looking.add_flag("--json", options->json, "The server's answer as one JSON object");
    add_connection_options(looking, options->connection);
    looking.callback([options, &chosen] { chosen = [options] { return of(*options); }; });
}

}  // namespace rookery::cli
