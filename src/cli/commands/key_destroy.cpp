#include "cli/commands/key_destroy.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/job_facts.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/key_job.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "crypto/key_words.hpp"
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
    bool row_key = false;
    bool approve = false;
};

bool waits_for_approval(const nlohmann::json& job) {
    return text_member(job, "state") == messages::label_of(messages::JobStatus::waiting);
}

std::string purpose_of(const KeyDestroyOptions& options) {
    return std::string(
        crypto::name(options.row_key ? crypto::Purpose::row : crypto::Purpose::record_kek)
    );
}

/// What somebody else asked for.
Result<Exit> approve(ApiClient& client, const KeyDestroyOptions& options) {
    const std::string name(messages::key_destruction_job);
    ROOKERY_TRY(const auto job, find_request(client, name, "rookery key destroy VERSION"));
    ROOKERY_TRY(const auto id, id_member(job, "id"));
    const auto body = json_text(nlohmann::json{
        {"JobId", to_string(id)}, {"Purpose", purpose_of(options)}, {"Version", options.version}});
    ROOKERY_TRY(
        const auto reply, client.request("POST", "rky_ApproveKeyDestruction", body_of(body))
    );
    (void)reply;
    return follow_key_job(client, id);
}

Result<Exit> destroy(const KeyDestroyOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    if (options.approve) return approve(client, options);
    const auto body =
        json_text(nlohmann::json{{"Purpose", purpose_of(options)}, {"Version", options.version}});
    ROOKERY_TRY(const auto id, start_key_job(client, "rky_DestroyKey", body));
    ROOKERY_TRY(const auto job, find_job(client, to_string(id)));
    if (!waits_for_approval(job)) return follow_key_job(client, id);
    ROOKERY_CHECK(print(fmt::format(
        "asked for. Somebody else approves it with `rookery key destroy {}{} --approve`; "
        "`rookery job cancel {}` takes it back\n",
        options.version,
        options.row_key ? " --row-key" : "",
        to_string(id)
    )));
    return Exit::ok;
}

}  // namespace

void add_key_destroy(Command key, Action& chosen) {
    auto options = std::make_shared<KeyDestroyOptions>();
    const auto command = key.add_subcommand(
        "destroy",
        "Ask to destroy a record KEK or a row key that nothing is under any more, or go on with it"
    );
    command.add_option("version", options->version, "Version of the key")
        .takes(Takes::number)
        .required();
    command.add_flag("--row-key", options->row_key, "A row key, and not a record KEK");
    command.add_flag("--approve", options->approve, "Approve what somebody else asked for");
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return destroy(*options); }; });
}

}  // namespace rookery::cli
