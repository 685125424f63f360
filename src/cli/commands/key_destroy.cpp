#include "cli/commands/key_destroy.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/job_facts.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/key_job.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "messages/destroy_key.hpp"
#include "rules/job_status.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct KeyDestroyOptions {
    ConnectionOptions connection;
    std::uint32_t version = 0;
    bool approve = false;
};

bool waits_for_approval(const nlohmann::json& job) {
    return text_member(job, "state") == messages::label_of(messages::JobStatus::waiting);
}

/// What somebody else asked for.
Result<Exit> approve(ApiClient& client, std::uint32_t version) {
    ROOKERY_TRY(const auto job, find_job(client, std::string(messages::key_destruction_job)));
    ROOKERY_TRY(const auto id, id_member(job, "id"));
    const auto body = json_text(nlohmann::json{{"JobId", to_string(id)}, {"Version", version}});
    ROOKERY_TRY(
        const auto reply, client.request("POST", "rky_ApproveKeyDestruction", body_of(body))
    );
    (void)reply;
    return follow_key_job(client, id);
}

Result<Exit> destroy(const KeyDestroyOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    if (options.approve) return approve(client, options.version);
    const auto body = json_text(nlohmann::json{{"Version", options.version}});
    ROOKERY_TRY(const auto reply, client.request("POST", "rky_DestroyKey", body_of(body)));
    ROOKERY_TRY(const auto document, object_of(reply));
    ROOKERY_TRY(const auto id, id_member(document, "JobId"));
    ROOKERY_TRY(const auto job, find_job(client, to_string(id)));
    if (!waits_for_approval(job)) return follow_key_job(client, id);
    ROOKERY_CHECK(print(fmt::format(
        "asked for. Somebody else approves it with `rookery key destroy {} --approve`; "
        "`rookery job cancel {}` takes it back\n",
        options.version,
        to_string(id)
    )));
    return Exit::ok;
}

}  // namespace

void add_key_destroy(Command key, Action& chosen) {
    auto options = std::make_shared<KeyDestroyOptions>();
    const auto command = key.add_subcommand(
        "destroy", "Ask to destroy a record KEK that nothing is under any more, or go on with it"
    );
    command.add_option("version", options->version, "Version of the record KEK")
        .takes(Takes::number)
        .required();
    command.add_flag("--approve", options->approve, "Approve what somebody else asked for");
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return destroy(*options); }; });
}

}  // namespace rookery::cli
