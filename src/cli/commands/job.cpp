#include "cli/commands/job.hpp"

#include "cli/commands/job_control.hpp"
#include "cli/commands/job_list.hpp"
#include "cli/commands/job_show.hpp"
#include "cli/commands/job_start.hpp"

namespace rookery::cli {

void add_job(Command app, Action& chosen) {
    const auto command =
        app.add_subcommand("job", "See and steer what the server does in the background");
    command.require_subcommand();
    for (const auto add : {add_job_list, add_job_show, add_job_start, add_job_control}) {
        add(command, chosen);
    }
}

}  // namespace rookery::cli
