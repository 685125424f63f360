// rookery access who-can: everybody who could read a token of a record in clear now.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_access_who_can(Command access, Action& chosen);

}  // namespace rookery::cli
