// `rookery job start NAME`: starts a job now.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_job_start(Command job, Action& chosen);

}  // namespace rookery::cli
