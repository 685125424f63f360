// rookery key slots: the ways into a data directory, without opening it.
#pragma once

#include "cli/commands/action.hpp"
#include "cli/options/command_line.hpp"

namespace rookery::cli {

void add_key_slots(Command key, Action& chosen);

}  // namespace rookery::cli
