#include "cli/commands/token_versions.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/token_versions.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace rookery::cli {
namespace {

using nlohmann::json;

struct TokenVersionsOptions {
    ConnectionOptions connection;
    RecordName record;
    std::uint32_t restore = 0;
    std::uint32_t acknowledge = 0;
    std::string rotation_days;
    bool holders = false;
    bool due = false;
    std::uint32_t within = 0;
    bool as_json = false;
};

constexpr const char* by_configuration = "default";

Result<json> rotation_body(const std::string& days) {
    if (days == by_configuration) return json{{"RotationDays", nullptr}};
    const bool digits = !days.empty() && days.size() < 6 &&
                        std::ranges::all_of(days, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) {
        return fail(Errc::usage, "--rotation-days takes a number of days, or the word 'default'");
    }
    return json{{"RotationDays", std::stoi(days)}};
}

/// What is asked for changes something; the name of the action and its body.
struct Change {
    std::string_view action;
    json body;
    std::string done;
};

Result<std::optional<Change>> change_of(const TokenVersionsOptions& options) {
    if (options.restore != 0) {
        return std::optional{Change{
            "rky_RestoreTokenVersion",
            {{"Number", options.restore}},
            fmt::format("the tokens are those of version {} again", options.restore)}};
    }
    if (options.acknowledge != 0) {
        return std::optional{Change{
            "rky_AcknowledgeTokenVersion",
            {{"Number", options.acknowledge}},
            fmt::format("version {} is acknowledged", options.acknowledge)}};
    }
    if (options.rotation_days.empty()) return std::optional<Change>{};
    ROOKERY_TRY(auto body, rotation_body(options.rotation_days));
    return std::optional{Change{"rky_SetTokenPolicy", std::move(body), "the rule is set"}};
}

Result<void> check_one_act(const TokenVersionsOptions& options) {
    const int acts = (options.restore != 0 ? 1 : 0) + (options.acknowledge != 0 ? 1 : 0) +
                     (options.rotation_days.empty() ? 0 : 1) + (options.holders ? 1 : 0) +
                     (options.due ? 1 : 0);
    if (acts > 1) return fail(Errc::usage, "one thing at a time: these options do not go together");
    if (options.within != 0 && !options.due) return fail(Errc::usage, "--within belongs to --due");
    if (options.due && !(options.record.handle.empty() && options.record.id.empty())) {
        return fail(Errc::usage, "--due is about all records that you may read, not about one");
    }
    return {};
}

Result<Exit> shown(const TokenVersionsOptions& options, const json& what, const std::string& text) {
    ROOKERY_CHECK(options.as_json ? print_json(what) : print(text));
    return Exit::ok;
}

Result<Exit> token_versions(const TokenVersionsOptions& options) {
    ROOKERY_CHECK(check_one_act(options));
    ROOKERY_TRY(const auto change, change_of(options));
    std::string record;
    if (!options.due) {
        ROOKERY_TRY(record, path_of(options.record));
    }
    ROOKERY_TRY(auto client, connect(options.connection));
    if (change) {
        ROOKERY_CHECK(change_versions(client, record, change->action, change->body));
        return shown(options, {{"done", true}}, change->done + "\n");
    }
    if (options.due) {
        ROOKERY_TRY(const auto due, due_tokens(client, options.within));
        return shown(options, due, due_for_people(due));
    }
    if (options.holders) {
        ROOKERY_TRY(const auto holders, token_holders(client, record));
        return shown(options, holders, holders_for_people(holders));
    }
    ROOKERY_TRY(const auto versions, list_versions(client, record));
    return shown(options, versions, versions_for_people(versions));
}

}  // namespace

void add_token_versions(Command app, Action& chosen) {
    auto options = std::make_shared<TokenVersionsOptions>();
    const auto command = app.add_subcommand(
        "token-versions",
        "What a handle's tokens were before: listed, restored, and due to be rotated"
    );
    command.add_option("handle", options->record.handle, "Unique handle id of the record")
        .takes(Takes::id);
    command.add_option("--id", options->record.id, "The record's id instead of the handle")
        .takes(Takes::id);
    command.add_option("--restore", options->restore, "Make this version the current one again")
        .takes(Takes::number);
    command
        .add_option(
            "--acknowledge-version",
            options->acknowledge,
            "Say that you use this version from now on"
        )
        .takes(Takes::number);
    command.add_flag(
        "--holders", options->holders, "Who got the tokens, and who holds an older version"
    );
    command
        .add_option(
            "--rotation-days",
            options->rotation_days,
            "After how many days they are due; 'default': as the configuration says"
        )
        .takes(Takes::word);
    command.add_flag("--due", options->due, "The records whose tokens are due to be rotated");
    command.add_option("--within", options->within, "With --due: due within so many days")
        .takes(Takes::number);
    command.add_flag("--json", options->as_json, "The result as one JSON object");
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return token_versions(*options); }; }
    );
}

}  // namespace rookery::cli
