#include "cli/commands/access_explain.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/commands/access_question.hpp"
#include "cli/commands/access_text.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace rookery::cli {
namespace {

using nlohmann::json;

struct Options {
    ConnectionOptions connection;
    RecordOptions about;
    std::string user;
    std::string message;
    std::string owner;
    bool json = false;
};

std::string explained_text(const json& told) {
    auto out = fmt::format(
        "{}  {}  {}  {}",
        flag_member(told, "Allowed") ? "allowed" : "refused",
        named_with_id(told, "User"),
        shown_member(told, "Message"),
        shown_member(told, "Table")
    );
    const auto record = shown_member(told, "RecordId");
    if (!record.empty()) out += " " + record;
    const auto path = told.find("Path");
    if (path != told.end() && path->is_object()) out += "  " + path_text(*path);
    const auto error = shown_member(told, "Error");
    if (!error.empty()) out += fmt::format("  {} {}", shown_member(told, "Code"), error);
    const auto rows = number_member(told, "Rows").value_or(0);
    if (rows > 1) out += fmt::format("  {} rows", rows);
    out += '\n';
    bool clear = false;
    for (const auto& column : list_member(told, "Columns")) {
        const auto view = shown_member(column, "View");
        clear = clear || view == "clear" || flag_member(column, "Unconfirmed");
        out += fmt::format("    {}  {}", shown_member(column, "Column"), view);
        const auto unmask = level_member(column, "Unmask");
        if (unmask != "none") out += fmt::format("  may unmask {}", unmask);
        if (flag_member(column, "Unconfirmed"))
            out += "  the token waits for rookery token confirm";
        out += '\n';
    }
    for (const auto* member : {"Text", "Hint"}) {
        const auto said = shown_member(told, member);
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
        ask_about_access(
            client,
            fmt::format(
                "rky_ExplainAccess?@m={}{}{}{}",
                odata_literal(options.message),
                user,
                owner,
                record_parameters(options.about)
            )
        )
    );
    ROOKERY_CHECK(options.json ? print_json(told) : print(explained_text(told)));
    return Exit::ok;
}

}  // namespace

void add_access_explain(Command access, Action& chosen) {
    auto options = std::make_shared<Options>();
    const auto explaining = access.add_subcommand(
        "explain", "What would happen to a user's request, and by which rule; nothing is done"
    );
    explaining.add_option("--who", options->user, "Id, domain name or full name; you, if left out")
        .takes(Takes::user);
    explaining.add_option("--message", options->message, "What he would do")
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
    explaining
        .add_option(
            "--record",
            options->about.record,
            "The record: id, or the unique handle id that it has now"
        )
        .takes(Takes::id);
    explaining.add_option(
        "--table", options->about.table, "Logical name of the table [msdyn_octwitterhandlesecret]"
    );
    explaining.add_option(
        "--column", options->about.column, "One token: access_token, or a column's name"
    );
    explaining
        .add_option(
            "--to",
            options->owner,
            "Assign: the new owner, a user or a team's id [the user himself]"
        )
        .takes(Takes::user);
    explaining.add_flag("--json", options->json, "The server's answer as one JSON object");
    add_connection_options(explaining, options->connection);
    explaining.callback([options, &chosen] { chosen = [options] { return explain(*options); }; });
}

}  // namespace rookery::cli
