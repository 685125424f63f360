#include "cli/commands/job_list.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/job_facts.hpp"
#include "cli/client/json_members.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct JobListOptions {
    ConnectionOptions connection;
    bool json = false;
};

Result<Exit> list(const JobListOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(const auto jobs, list_jobs(client));
    if (options.json) {
        ROOKERY_CHECK(print_json({{"jobs", jobs}}));
        return Exit::ok;
    }
    std::string out;
    for (const auto& job : jobs) {
        out += fmt::format("{}  {}\n", printable(text_member(job, "created")), job_line(job));
    }
    ROOKERY_CHECK(print(out));
    return Exit::ok;
}

}  // namespace

void add_job_list(Command job, Action& chosen) {
    auto options = std::make_shared<JobListOptions>();
    const auto command = job.add_subcommand("list", "List the jobs, the newest first, at most 100");
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

}  // namespace rookery::cli
