#include "cli/commands/job_start.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct JobStartOptions {
    ConnectionOptions connection;
    std::string name;
};

Result<Exit> start(const JobStartOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    const auto body = json_text(nlohmann::json{{"Name", options.name}});
    ROOKERY_TRY(const auto reply, client.request("POST", "rky_StartJob", body_of(body)));
    ROOKERY_TRY(const auto document, object_of(reply));
    ROOKERY_TRY(const auto id, id_member(document, "JobId"));
    ROOKERY_CHECK(print(to_string(id) + "\n"));
    return Exit::ok;
}

}  // namespace

void add_job_start(Command job, Action& chosen) {
    auto options = std::make_shared<JobStartOptions>();
    const auto command = job.add_subcommand("start", "Start a job now, and print its id");
    command.add_option("name", options->name, "The job's name, such as scrub")
        .takes(Takes::id)
        .required();
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return start(*options); }; });
}

}  // namespace rookery::cli
