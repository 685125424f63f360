#include "cli/commands/access.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "cli/output/shown_text.hpp"
#include "schema/schema.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <vector>

namespace rookery::cli {
namespace {

using nlohmann::json;

struct Options {
    ConnectionOptions connection;
    std::string record;
    std::string table;
    std::string column;
    std::string user;
    std::string message;
    std::string owner;
    bool json = false;
};

constexpr std::size_t page_readers = 200;

// --- reading answers, which a server may have made up ---

const json& list(const json& object, const char* name) {
    static const json none = json::array();
    const auto found = object.find(name);
    return found != object.end() && found->is_array() ? *found : none;
}

bool flag(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::uint64_t number(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string text(const json& object, const std::string& name) {
    return field_text(text_member(object, name));
}

std::string quoted(const json& object, const std::string& name) {
    return quoted_name(text_member(object, name));
}

/// "'Social'", or the id of what has no name.
std::string named(const json& object, const std::string& what) {
    const auto name = what + "Name";
    return text(object, name).empty() ? text(object, what + "Id") : quoted(object, name);
}

/// Whoever chooses a name does not choose the id beside it.
std::string named_with_id(const json& object, const std::string& what) {
    const auto name = what + "Name";
    const auto id = text(object, what + "Id");
    return text(object, name).empty() ? id : fmt::format("{} {}", quoted(object, name), id);
}

std::string join(const std::vector<std::string>& parts) {
    return fmt::format("{}", fmt::join(parts, ", "));
}

/// "one_record" → "one record"
std::string level(const json& object, const char* name) {
    auto out = text(object, name);
    std::ranges::replace(out, '_', ' ');
    return out;
}

// --- lines ---

/// "team 'Social' by role 'Rookery Agent'/basic", "role 'Rookery Reader'/local of team 'Readers'"
std::string path_text(const json& path) {
    const auto rule = text(path, "Rule");
    auto out = fmt::format("role {}/{}", named(path, "Role"), text(path, "Depth"));
    const auto holder = named(path, "HoldingTeam");
    if (!holder.empty()) out += " of team " + holder;
    if (rule == "owner") return "owner by " + out;
    if (rule == "team") return fmt::format("team {} by {}", named(path, "OwningTeam"), out);
    return out;
}

std::string paths_text(const json& reader) {
    std::vector<std::string> parts;
    for (const auto& path : list(reader, "Paths")) parts.push_back(path_text(path));
    if (flag(reader, "MorePaths")) parts.emplace_back("and more");
    return join(parts);
}

std::string profiles_text(const json& column) {
    std::vector<std::string> parts;
    for (const auto& profile : list(column, "Profiles")) {
        auto part = "profile " + named(profile, "Profile");
        const auto team = named(profile, "HoldingTeam");
        if (!team.empty()) part += " of team " + team;
        parts.push_back(std::move(part));
    }
    return join(parts);
}

/// Columns that are seen by the same profiles at the same level, in one line.
struct Sight {
    std::string by;
    std::vector<std::string> columns;
};

std::vector<Sight> sights(const json& reader) {
    std::vector<Sight> out;
    for (const auto& column : list(reader, "Columns")) {
        const auto by = fmt::format("{}  {}", profiles_text(column), level(column, "Unmask"));
        auto at = std::ranges::find(out, by, &Sight::by);
        if (at == out.end()) at = out.insert(out.end(), Sight{by, {}});
        at->columns.push_back(text(column, "Column"));
    }
    return out;
}

/// What a token's user has of what it may lack.
struct Wanted {
    bool plaintext = false;
    bool administration = false;
};

std::string bounds_text(const json& credential, const Wanted& wanted) {
    std::vector<std::string> carries;
    std::vector<std::string> waits;
    const auto add = [&](const char* member, const char* word, bool matters) {
        if (!matters) return;
        (flag(credential, member) ? carries : waits).emplace_back(word);
    };
    add("Plaintext", "plaintext", wanted.plaintext);
    add("Administration", "administration", wanted.administration);
    std::string out;
    if (!carries.empty()) out += "  carries " + join(carries);
    if (!waits.empty()) out += fmt::format("  waits for rookery token confirm: {}", join(waits));
    const auto confirmed = named_with_id(credential, "ConfirmedBy");
    if (!confirmed.empty()) out += "  confirmed by " + confirmed;
    return out;
}

std::string credentials_text(const json& of, const Wanted& wanted) {
    std::string out;
    for (const auto& one : list(of, "Credentials")) {
        out += fmt::format(
            "    token {} {}  fingerprint {}  made by {}  until {}{}\n",
            text(one, "CredentialId"),
            quoted(one, "Name"),
            text(one, "Fingerprint"),
            named_with_id(one, "Maker"),
            text(one, "ExpiresOn"),
            bounds_text(one, wanted)
        );
    }
    if (flag(of, "MoreCredentials")) out += "    and more tokens\n";
    return out.empty() ? "    no live token\n" : out;
}

// --- who-can ---

std::string reader_text(const json& reader, std::size_t columns_asked) {
    std::string out;
    for (const auto& sight : sights(reader)) {
        out += fmt::format(
            "{}  {}  {}", named_with_id(reader, "User"), paths_text(reader), sight.by
        );
        if (sight.columns.size() < columns_asked) out += "  " + join(sight.columns);
        if (!flag(reader, "Enabled")) out += "  disabled: would read it if enabled";
        out += '\n';
    }
    return out + credentials_text(reader, {true, false});
}

/// The column by its name, or as `rookery get` calls it.
std::string column_name(const std::string& given) {
    if (given == "access_token") return "msdyn_useraccesstoken";
    if (given == "access_token_secret") return "msdyn_useraccesstokensecret";
    return given;
}

/// "&@r=…" or "&@u=…", with the table if one is named.
std::string record_parameter(const Options& options) {
    std::string out;
    if (const auto id = Uuid::parse(options.record)) {
        out = fmt::format("&@r={}", to_string(*id));
    } else if (!options.record.empty()) {
        out = fmt::format("&@u={}", odata_literal(options.record));
    }
    if (!options.table.empty()) out += fmt::format("&@t={}", odata_literal(options.table));
    if (!options.column.empty()) {
        out += fmt::format("&@c={}", odata_literal(column_name(options.column)));
    }
    return out;
}

Result<json> answer(ApiClient& client, const std::string& path) {
    auto reply = client.request("GET", path);
    if (!reply) {
        auto error = std::move(reply).error();
        if (error.code == Errc::key_not_found && path.find("@u=") != std::string::npos) {
            error.hint = "the unique handle id is the handle's number, not its @name";
        }
        return fail(std::move(error));
    }
    ROOKERY_TRY(auto document, object_of(*reply));
    document.erase("@odata.context");
    return document;
}

Result<void> show_readers(const json& page, bool first) {
    if (first && flag(page, "Inactive")) {
        note("the record is inactive: nobody reads a token of it now; these could if it were active");
    }
    const auto asked = list(page, "Columns").size();
    for (const auto& reader : list(page, "Readers")) {
        ROOKERY_CHECK(print(reader_text(reader, asked)));
    }
    return {};
}

Result<Exit> who_can(const Options& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    std::string after;
    std::size_t readers = 0;
    bool first = true;
    do {
        auto path =
            fmt::format("rky_RetrieveWhoCan?@n={}{}", page_readers, record_parameter(options));
        if (!after.empty()) path += "&@a=" + after;
        ROOKERY_TRY(const auto page, answer(client, path));
        if (options.json) {
            ROOKERY_CHECK(
                print_json(page)
            );
        } else {
            ROOKERY_CHECK(show_readers(page, first));
        }
        readers += list(page, "Readers").size();
        const auto next = optional_id(page, "NextAfter");
        // A page that does not lead on would be asked for again for ever.
        if (next && !after.empty() && to_string(*next) <= after) {
            return fail(Errc::bad_payload, "the server's answer is not the JSON that was expected");
        }
        after = next ? to_string(*next) : std::string{};
        first = false;
    } while (!after.empty());
    if (readers == 0 && !options.json) note("nobody could read a token of this record in clear");
    return Exit::ok;
}

// --- of ---

/// "all rows", "rows of user 'Rita Demo', team 'Social'", "rows in business unit 'Social Media'"
std::string rows_text(const json& table) {
    const auto rows = text(table, "Rows");
    if (rows != "some") return rows == "all" ? "all rows" : "no row";
    std::vector<std::string> parts;
    for (const auto& owner : list(table, "Owners")) {
        parts.push_back(fmt::format("of {} {}", text(owner, "Kind"), named(owner, "Owner")));
    }
    const auto owners = list(table, "Owners").size();
    if (number(table, "OwnerCount") > owners) {
        parts.push_back(fmt::format("of {} more owners", number(table, "OwnerCount") - owners));
    }
    for (const auto& unit : list(table, "BusinessUnits")) {
        parts.push_back("in business unit " + named(unit, "BusinessUnit"));
    }
    const auto units = list(table, "BusinessUnits").size();
    if (number(table, "BusinessUnitCount") > units) {
        parts.push_back(
            fmt::format("in {} more business units", number(table, "BusinessUnitCount") - units)
        );
    }
    return "rows " + join(parts);
}

std::string column_text(const json& table, const json& column) {
    std::vector<std::string> may;
    if (flag(column, "Create")) may.emplace_back("create");
    if (flag(column, "Update")) may.emplace_back("update");
    const auto unmask = level(column, "Unmask");
    if (flag(column, "Read")) {
        may.push_back(unmask == "none" ? "read the mask" : "read in clear " + unmask);
    }
    return fmt::format(
        "column  {}.{}  {}\n", text(table, "Table"), text(column, "Column"), join(may)
    );
}

bool reads_in_clear(const json& access) {
    return std::ranges::any_of(list(access, "Tables"), [](const json& table) {
        return std::ranges::any_of(list(table, "Columns"), [](const json& column) {
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
    for (const auto& held : list(access, "Privileges")) {
        const auto table = text(held, "Table");
        const auto* known = schema::privilege(text_member(held, "Privilege"));
        const auto name = known == nullptr || known->table == nullptr
                              ? text(held, "Privilege")
                              : std::string{schema::name_of(known->right).privilege_word};
        if (lines.empty() || lines.back().table != table) lines.push_back({table, {}});
        lines.back().rights.push_back(fmt::format("{}/{}", name, text(held, "Depth")));
    }
    std::string out;
    for (const auto& line : lines) {
        out += fmt::format(
            "holds  {}{}{}\n", line.table, line.table.empty() ? "" : "  ", join(line.rights)
        );
    }
    return out;
}

std::string access_text(const json& access) {
    auto out = named_with_id(access, "User");
    if (!flag(access, "Enabled")) out += "  disabled: what follows is as if enabled";
    out += '\n';
    for (const auto& table : list(access, "Tables")) {
        out += fmt::format("reads  {}  {}\n", text(table, "Table"), rows_text(table));
        for (const auto& column : list(table, "Columns")) out += column_text(table, column);
    }
    out += privileges_text(access);
    if (flag(access, "SystemAdministrator")) {
        out += "gives  every ordinary privilege, as System Administrator\n";
    }
    if (flag(access, "GrantsPlaintext")) out += "gives  plaintext to others, by prvrkyGrantUnmask\n";
    if (flag(access, "ManagesCredentials")) {
        out += "gives  tokens of users, by prvrkyManageCredentials\n";
    }
    const bool plaintext = reads_in_clear(access) || flag(access, "GrantsPlaintext");
    return out + credentials_text(access, {plaintext, flag(access, "Administers")});
}

/// A parameter that names a user; empty for the caller himself.
Result<std::string> user_parameter(ApiClient& client, const char* alias, const std::string& who) {
    if (who.empty()) return std::string{};
    ROOKERY_TRY(const auto id, find_user(client, who));
    return fmt::format("&{}={}", alias, to_string(id));
}

Result<Exit> of(const Options& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(const auto user, user_parameter(client, "@w", options.user));
    ROOKERY_TRY(
        const auto access,
        answer(client, user.empty() ? "rky_RetrieveAccessOf" : "rky_RetrieveAccessOf?" + user.substr(1))
    );
    ROOKERY_CHECK(print(
        options.json ? json_text(access) + "\n"
                     : access_text(access)
    ));
    return Exit::ok;
}

// --- explain ---

std::string explained_text(const json& told) {
    auto out = fmt::format(
        "{}  {}  {}  {}",
        flag(told, "Allowed") ? "allowed" : "refused",
        named_with_id(told, "User"),
        text(told, "Message"),
        text(told, "Table")
    );
    const auto record = text(told, "RecordId");
    if (!record.empty()) out += " " + record;
    const auto path = told.find("Path");
    if (path != told.end() && path->is_object()) out += "  " + path_text(*path);
    const auto error = text(told, "Error");
    if (!error.empty()) out += fmt::format("  {} {}", text(told, "Code"), error);
    if (number(told, "Rows") > 1) out += fmt::format("  {} rows", number(told, "Rows"));
    out += '\n';
    bool clear = false;
    for (const auto& column : list(told, "Columns")) {
        const auto view = text(column, "View");
        clear = clear || view == "clear" || flag(column, "Unconfirmed");
        out += fmt::format("    {}  {}", text(column, "Column"), view);
        const auto unmask = level(column, "Unmask");
        if (unmask != "none") out += fmt::format("  may unmask {}", unmask);
        if (flag(column, "Unconfirmed")) out += "  the token waits for rookery token confirm";
        out += '\n';
    }
    for (const auto* member : {"Text", "Hint"}) {
        const auto said = text(told, member);
        if (!said.empty()) out += fmt::format("    {}\n", said);
    }
    return clear ? out + credentials_text(told, {true, false}) : out;
}

Result<Exit> explain(const Options& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(const auto user, user_parameter(client, "@w", options.user));
    ROOKERY_TRY(const auto owner, user_parameter(client, "@o", options.owner));
    ROOKERY_TRY(
        const auto told,
        answer(
            client,
            fmt::format(
                "rky_ExplainAccess?@m={}{}{}{}",
                odata_literal(options.message),
                user,
                owner,
                record_parameter(options)
            )
        )
    );
    ROOKERY_CHECK(print(
        options.json ? json_text(told) + "\n"
                     : explained_text(told)
    ));
    return Exit::ok;
}

}  // namespace

void add_access(Command app, Action& chosen) {
    const auto command =
        app.add_subcommand("access", "Who may read what, and why; every question is on the log");
    command.require_subcommand();
    auto options = std::make_shared<Options>();

    const auto asking = command.add_subcommand(
        "who-can", "Everybody who could read a token of a record in clear now, and by which ways"
    );
    asking
        .add_option("record", options->record, "The record: id, or the unique handle id that it has now")
        .required();
    asking.add_option("--column", options->column, "One token: access_token, or a column's name");
    asking.add_option("--table", options->table, "Of the record, by id [msdyn_octwitterhandlesecret]");
    asking.add_flag("--json", options->json, "The server's answer, one JSON object for each page");
    add_connection_options(asking, options->connection);
    asking.callback([options, &chosen] { chosen = [options] { return who_can(*options); }; });

    const auto looking = command.add_subcommand(
        "of", "What a user could read, what he holds and may give, and what his tokens carry"
    );
    looking.add_option("user", options->user, "Id, domain name or full name; you, if left out");
    looking.add_flag("--json", options->json, "The server's answer as one JSON object");
    add_connection_options(looking, options->connection);
    looking.callback([options, &chosen] { chosen = [options] { return of(*options); }; });

    const auto explaining = command.add_subcommand(
        "explain", "What would become of a user's message, and by which rule; nothing is done"
    );
    explaining.add_option("--who", options->user, "Id, domain name or full name; you, if left out");
    explaining
        .add_option("--message", options->message, "What he would do")
        .one_of(
            {"Retrieve",
             "RetrieveMultiple",
             "Create",
             "Update",
             "Delete",
             "Assign",
             "SetState",
             "Append",
             "AppendTo"}
        )
        .required();
    explaining.add_option(
        "--record", options->record, "The record: id, or the unique handle id that it has now"
    );
    explaining.add_option("--table", options->table, "Logical name [msdyn_octwitterhandlesecret]");
    explaining.add_option("--column", options->column, "One token: access_token, or a column's name");
    explaining.add_option(
        "--to", options->owner, "Assign: the new owner, a user or a team's id; he himself, if left out"
    );
    explaining.add_flag("--json", options->json, "The server's answer as one JSON object");
    add_connection_options(explaining, options->connection);
    explaining.callback([options, &chosen] { chosen = [options] { return explain(*options); }; });
}

}  // namespace rookery::cli
