// `rookery job show JOB`: how far one job is, and how it ended.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_job_show(Command job, Action& chosen);

}  // namespace rookery::cli
