#include "cli/commands/purge.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/job_facts.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/key_job.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct PurgeOptions {
    ConnectionOptions connection;
    std::string record;
    bool application = false;
    bool approve = false;
};

Result<std::string> bound_to(const PurgeOptions& options) {
    const auto id = Uuid::parse(options.record);
    if (!id) {
        return fail(
            Errc::usage,
            "name the record by its id: a deleted one has no handle any more",
            "`rookery token-versions HANDLE --json` names it"
        );
    }
    return fmt::format(
        "{}({})/Microsoft.Dynamics.CRM.",
        options.application ? "msdyn_octwitterapplications" : "msdyn_octwitterhandlesecrets",
        to_string(*id)
    );
}

/// What somebody else asked for.
Result<Exit> approve_purge(
    ApiClient& client, const PurgeOptions& options, const std::string& record
) {
    const auto named = to_string(*Uuid::parse(options.record));
    ROOKERY_TRY(const auto job, find_purge_request(client, named));
    ROOKERY_TRY(const auto id, id_member(job, "id"));
    const auto body = json_text(nlohmann::json{{"JobId", to_string(id)}});
    ROOKERY_TRY(
        const auto reply, client.request("POST", record + "rky_ApprovePurge", body_of(body))
    );
    (void)reply;
    return follow_key_job(client, id);
}

Result<Exit> purge(const PurgeOptions& options) {
    ROOKERY_TRY(const auto record, bound_to(options));
    ROOKERY_TRY(auto client, connect(options.connection));
    if (options.approve) return approve_purge(client, options, record);
    ROOKERY_TRY(
        const auto reply, client.request("POST", record + "rky_PurgeRecord", body_of("{}"))
    );
    ROOKERY_TRY(const auto document, object_of(reply));
    ROOKERY_TRY(const auto id, id_member(document, "JobId"));
    ROOKERY_CHECK(print(fmt::format(
        "asked for. Somebody else approves it with `rookery purge {} --approve`; "
        "`rookery job cancel {}` takes it back\n",
        options.record,
        to_string(id)
    )));
    return Exit::ok;
}

}  // namespace

void add_purge(Command app, Action& chosen) {
    auto options = std::make_shared<PurgeOptions>();
    const auto command = app.add_subcommand(
        "purge",
        "Ask that a record is gone for good, its versions and files included, or approve that"
    );
    command.add_option("record", options->record, "Id of the record, deleted or not")
        .takes(Takes::id)
        .required();
    command.add_flag(
        "--application", options->application, "It is an application, no handle's record"
    );
    command.add_flag("--approve", options->approve, "Approve what somebody else asked for");
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return purge(*options); }; });
}

}  // namespace rookery::cli
