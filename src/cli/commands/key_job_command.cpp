#include "cli/commands/key_job_command.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/key_job.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace rookery::cli {
namespace {

struct KeyJobOptions {
    ConnectionOptions connection;
    bool no_wait = false;
};

Result<Exit> run(const KeyJobCommand& of, const KeyJobOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(
        const auto id,
        start_key_job(client, "rky_StartJob", json_text(nlohmann::json{{"Name", of.job}}))
    );
    if (options.no_wait) {
        ROOKERY_CHECK(print(to_string(id) + "\n"));
        return Exit::ok;
    }
    ROOKERY_TRY(const auto ended, follow_key_job(client, id));
    note(std::string(of.afterwards));
    return ended;
}

}  // namespace

void add_key_job_command(Command key, Action& chosen, const KeyJobCommand& of) {
    auto options = std::make_shared<KeyJobOptions>();
    const auto command = key.add_subcommand(std::string(of.name), std::string(of.help));
    command.add_flag(
        "--no-wait", options->no_wait, "Print the job's id, and do not wait for its end"
    );
    add_connection_options(command, options->connection);
    command.callback([options, of, &chosen] {
        chosen = [options, of] { return run(of, *options); };
    });
}

}  // namespace rookery::cli
