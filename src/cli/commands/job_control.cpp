#include "cli/commands/job_control.hpp"

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

/// What Dataverse's clients write into a job's row, too.
struct Control {
    const char* name;
    const char* help;
    int state;
    int status;
    const char* done;
};

constexpr Control controls[] = {
    {"pause", "Pause a job; it keeps how far it is", 1, 10, "is paused"},
    {"resume", "Let a paused job go on where it was", 0, 0, "goes on"},
    {"cancel", "End a job for good", 3, 32, "is canceled"},
};

struct Options {
    ConnectionOptions connection;
    std::string job;
};

Result<Exit> write(const Options& options, const Control& control) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(const auto job, find_job(client, options.job));
    const auto body =
        json_text(nlohmann::json{{"statecode", control.state}, {"statuscode", control.status}});
    ROOKERY_CHECK(client.request(
        "PATCH",
        fmt::format("asyncoperations({})", text_member(job, "id")),
        body_of(body),
        {{"If-Match", "*"}}
    ));
    note(fmt::format("the job {} {}", printable(text_member(job, "id")), control.done));
    return Exit::ok;
}

}  // namespace

void add_job_control(Command job, Action& chosen) {
    for (const auto& control : controls) {
        auto options = std::make_shared<Options>();
        const auto command = job.add_subcommand(control.name, control.help);
        command.add_option("job", options->job, "Its id, or its name for the newest of that name")
            .required();
        add_connection_options(command, options->connection);
        command.callback([options, &control, &chosen] {
            chosen = [options, &control] { return write(*options, control); };
        });
    }
}

}  // namespace rookery::cli
