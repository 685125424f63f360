// rookery access of: what a user could read, holds and may give.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_access_of(Command access, Action& chosen);

}  // namespace rookery::cli
