#include "cli/commands/key_rotate.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/key_job.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "messages/start_job.hpp"

#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct KeyRotateOptions {
    ConnectionOptions connection;
    bool no_wait = false;
};

Result<Exit> rotate(const KeyRotateOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    const auto body = json_text(nlohmann::json{{"Name", messages::key_rotation_job}});
    ROOKERY_TRY(const auto reply, client.request("POST", "rky_StartJob", body_of(body)));
    ROOKERY_TRY(const auto document, object_of(reply));
    ROOKERY_TRY(const auto id, id_member(document, "JobId"));
    if (options.no_wait) {
        ROOKERY_CHECK(print(to_string(id) + "\n"));
        return Exit::ok;
    }
    ROOKERY_TRY(const auto ended, follow_key_job(client, id));
    note("the new KEK is in no older backup of the keyring: make one, `rookery backup --keyring`");
    return ended;
}

}  // namespace

void add_key_rotate(Command key, Action& chosen) {
    auto options = std::make_shared<KeyRotateOptions>();
    const auto command = key.add_subcommand(
        "rotate",
        "Make a new record KEK, and wrap every data key anew under it, on the running server"
    );
    command.add_flag(
        "--no-wait", options->no_wait, "Print the job's id, and do not wait for its end"
    );
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return rotate(*options); }; });
}

}  // namespace rookery::cli
