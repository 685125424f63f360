// rookery doctor: whether machine, configuration and data directory are as a vault needs them. Changes nothing, needs no
// secret, and may run while a server does.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_doctor(Command app, Action& chosen);

}  // namespace rookery::cli
