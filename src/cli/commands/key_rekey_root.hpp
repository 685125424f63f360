// rookery key rekey-root: draws the root key of a stopped vault anew, for the ways that are offered anew.
#pragma once

#include "cli/commands/action.hpp"
#include "cli/options/command_line.hpp"

namespace rookery::cli {

void add_key_rekey_root(Command key, Action& chosen);

}  // namespace rookery::cli
