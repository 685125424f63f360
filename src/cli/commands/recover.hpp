// rookery recover: administration for a named user, with the root key, on a stopped vault. For the day on
// which nobody who administers is left. On the log, and in the status until a reviewer acknowledges it.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_recover(Command app, Action& chosen);

}  // namespace rookery::cli
