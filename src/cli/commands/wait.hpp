// rookery wait: until a server is ready, or time is up.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_wait(Command app, Action& chosen);

}  // namespace rookery::cli
