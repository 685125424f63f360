#include "cli/commands/sync.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

using nlohmann::json;

constexpr const char* said_plainly =
    "Tokens that were written to Dataverse before may still lie there: Rookery does not look for "
    "them.\n";

struct SyncCommandOptions {
    ConnectionOptions connection;
    bool json = false;
};

Result<std::uint64_t> needed_number(const json& row, const char* name) {
    if (const auto number = number_member(row, name)) return *number;
    return fail(Errc::bad_payload, fmt::format("the server's answer has no number {}", name));
}

void add_line(std::string& out, std::string_view name, const std::string& value) {
    if (!value.empty()) out += fmt::format("{}: {}\n", name, printable(value));
}

void add_errors(std::string& out, std::string_view what, const json& document, const char* member) {
    for (const auto& error : list_member(document, member)) {
        if (!error.is_object()) continue;
        out += fmt::format(
            "{}: {} {}\n",
            what,
            printable(text_member(error, "Code")),
            json_text(error.value("Count", json{}))
        );
    }
}

/// What changed goes over once there is a sync; nothing else of a status has a meaning without one.
std::string without_sync(std::uint64_t waiting, const char* more) {
    return fmt::format(
        "sync: not configured\nwaiting on disk: {}{} changes, for a sync that may be configured "
        "later\n",
        waiting,
        more
    );
}

Result<std::string> sync_for_people(const json& document) {
    ROOKERY_TRY(const auto due, needed_number(document, "Due"));
    ROOKERY_TRY(const auto parked, needed_number(document, "Parked"));
    const auto* more = flag_member(document, "AtLeast") ? " or more" : "";
    if (!flag_member(document, "Configured")) return without_sync(due + parked, more);
    ROOKERY_TRY(const auto damaged, needed_number(document, "Damaged"));
    ROOKERY_TRY(const auto lag, needed_number(document, "LagSeconds"));
    ROOKERY_TRY(const auto pushed, needed_number(document, "Pushed"));
    ROOKERY_TRY(const auto failed, needed_number(document, "Failed"));
    ROOKERY_TRY(const auto owners, needed_number(document, "OwnersLeftOut"));
    std::string out;
    add_line(out, "organization", text_member(document, "Organization"));
    out += fmt::format("due: {}{}\n", due, more);
    out += fmt::format("parked: {}{}\n", parked, more);
    if (damaged != 0) out += fmt::format("damaged: {}, see rookery verify\n", damaged);
    out += fmt::format("lag: {} s\n", lag);
    add_line(out, "last success", text_member(document, "LastSuccess"));
    add_line(out, "paused until", text_member(document, "PausedUntil"));
    add_line(out, "paused because", text_member(document, "PausedWhy"));
    out += fmt::format(
        "since start: {} pushed, {} failed, {} owners left out\n", pushed, failed, owners
    );
    add_errors(out, "failed since start", document, "Errors");
    add_errors(out, "open error", document, "OpenErrors");
    if (flag_member(document, "MoreOpenErrors")) out += "open error: and more\n";
    add_line(out, "missing permission", text_member(document, "MissingPrivilege"));
    out += said_plainly;
    return out;
}

Result<Exit> status_of_sync(const SyncCommandOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(const auto reply, client.request("GET", "rky_RetrieveSyncStatus()"));
    ROOKERY_TRY(auto document, object_of(reply));
    if (options.json) {
        document.erase("@odata.context");
        ROOKERY_CHECK(print_json(document));
        return Exit::ok;
    }
    ROOKERY_TRY(const auto text, sync_for_people(document));
    ROOKERY_CHECK(print(text));
    return Exit::ok;
}

Result<Exit> now(const SyncCommandOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_CHECK(client.request("POST", "rky_SyncNow"));
    note("the sync goes on now");
    return Exit::ok;
}

Result<Exit> retry(const SyncCommandOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    std::uint64_t total = 0;
    std::uint64_t wanted = 0;
    do {
        ROOKERY_TRY(const auto reply, client.request("POST", "rky_RetrySync"));
        ROOKERY_TRY(const auto document, object_of(reply));
        ROOKERY_TRY(const auto retried, needed_number(document, "Retried"));
        ROOKERY_TRY(const auto left, needed_number(document, "Left"));
        // What is parked again meanwhile is for the next call by hand, or this one might never end.
        if (total == 0) wanted = retried + left;
        total += retried;
        if (left == 0 || retried == 0) break;
    } while (total < wanted);
    ROOKERY_CHECK(print(fmt::format("{} records are due again\n", total)));
    return Exit::ok;
}

}  // namespace

void add_sync(Command app, Action& chosen) {
    auto options = std::make_shared<SyncCommandOptions>();
    const auto command = app.add_subcommand("sync", "See and steer the sync with a Dataverse");
    command.require_subcommand();

    const auto showing = command.add_subcommand("status", "Say what waits, what failed and why");
    showing.add_flag("--json", options->json, "The result as one JSON object");
    add_connection_options(showing, options->connection);
    showing.callback([options, &chosen] { chosen = [options] { return status_of_sync(*options); }; }
    );

    const auto waking = command.add_subcommand("now", "End every pause and go on at once");
    add_connection_options(waking, options->connection);
    waking.callback([options, &chosen] { chosen = [options] { return now(*options); }; });

    const auto retrying = command.add_subcommand("retry", "Push again what is parked");
    add_connection_options(retrying, options->connection);
    retrying.callback([options, &chosen] { chosen = [options] { return retry(*options); }; });
}

}  // namespace rookery::cli
