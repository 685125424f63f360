// `rookery job list`: the jobs of a server, the newest first.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_job_list(Command job, Action& chosen);

}  // namespace rookery::cli
