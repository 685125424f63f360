#include "cli/commands/job_control.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/job_facts.hpp"
#include "cli/client/json_members.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "rules/job_status.hpp"
#include "rules/request_words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

using messages::JobStatus;

/// What Dataverse's clients write into a job's row, too.
struct Control {
    const char* name;
    const char* help;
    int state;
    JobStatus status;
    const char* done;
    const char* already;
};

constexpr Control controls[] = {
    {"pause",
     "Pause a job; it keeps how far it is",
     1,
     JobStatus::waiting,
     "is paused",
     "is paused already"},
    {"resume",
     "Let a paused job go on where it was",
     0,
     JobStatus::waiting_for_resources,
     "goes on",
     "is not paused"},
    {"cancel", "End a job for good", 3, JobStatus::canceled, "is canceled", "is canceled already"},
};

struct JobControlOptions {
    ConnectionOptions connection;
    std::string job;
};

Result<Exit> write(const JobControlOptions& options, const Control& control) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(const auto job, find_job(client, options.job));
    const auto id = printable(text_member(job, "id"));
    if (text_member(job, "state") == messages::label_of(control.status)) {
        const auto waits_for = text_member(job, "wait_reason");
        note(
            control.status == JobStatus::waiting && waits_for == messages::approval_awaited
                ? fmt::format("the job {} waits {}", id, printable(waits_for))
                : fmt::format("the job {} {}", id, control.already)
        );
        return Exit::ok;
    }
    const auto body = json_text(nlohmann::json{
        {"statecode", control.state}, {"statuscode", static_cast<std::int64_t>(control.status)}});
    ROOKERY_CHECK(client.request(
        "PATCH",
        fmt::format("asyncoperations({})", text_member(job, "id")),
        body_of(body),
        {{"If-Match", "*"}}
    ));
    note(fmt::format("the job {} {}", id, control.done));
    return Exit::ok;
}

}  // namespace

void add_job_control(Command job, Action& chosen) {
    for (const auto& control : controls) {
        auto options = std::make_shared<JobControlOptions>();
        const auto command = job.add_subcommand(control.name, control.help);
        command.add_option("job", options->job, "Its id, or its name").takes(Takes::id).required();
        add_connection_options(command, options->connection);
        command.callback([options, &control, &chosen] {
            chosen = [options, &control] { return write(*options, control); };
        });
    }
}

}  // namespace rookery::cli
