// rookery key remove-slot: one way less into a stopped vault.
#pragma once

#include "cli/commands/action.hpp"
#include "cli/options/command_line.hpp"

namespace rookery::cli {

void add_key_remove_slot(Command key, Action& chosen);

}  // namespace rookery::cli
