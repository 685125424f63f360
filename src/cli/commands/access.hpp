// rookery access: who may read what, and why. Prints what the server decides by; decides nothing.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_access(Command app, Action& chosen);

}  // namespace rookery::cli
