// `rookery job pause`, `resume` and `cancel`: one row each of a table.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_job_control(Command job, Action& chosen);

}  // namespace rookery::cli
