// rookery key add-slot: one more way into a stopped vault.
#pragma once

#include "cli/commands/action.hpp"
#include "cli/options/command_line.hpp"

namespace rookery::cli {

void add_key_add_slot(Command key, Action& chosen);

}  // namespace rookery::cli
