#include "cli/commands/job_show.hpp"

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

struct JobShowOptions {
    ConnectionOptions connection;
    std::string job;
    bool json = false;
};

constexpr std::pair<const char*, const char*> text_lines[] = {
    {"id", "id"},
    {"created", "created"},
    {"started", "started"},
    {"completed", "completed"},
    {"message", "message"},
};

Result<Exit> show(const JobShowOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(const auto job, find_job(client, options.job));
    if (options.json) {
        ROOKERY_CHECK(print_json(job));
        return Exit::ok;
    }
    auto out = fmt::format("job: {}\n", job_line(job));
    for (const auto& [member, name] : text_lines) {
        const auto text = text_member(job, member);
        if (!text.empty()) out += fmt::format("{}: {}\n", name, printable(text));
    }
    ROOKERY_CHECK(print(out));
    return Exit::ok;
}

}  // namespace

void add_job_show(Command job, Action& chosen) {
    auto options = std::make_shared<JobShowOptions>();
    const auto command = job.add_subcommand("show", "Say how far a job is, or how it ended");
    command
        .add_option(
            "job",
            options->job,
            "The job's id, or its name: the unfinished job of that name, else the newest"
        )
        .takes(Takes::id)
        .required();
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return show(*options); }; });
}

}  // namespace rookery::cli
