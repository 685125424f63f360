// rookery key: the root key slots, and what else there is to do with a vault's keys. Each subcommand is a file of
// its own.
#pragma once

#include "cli/commands/action.hpp"
#include "cli/options/command_line.hpp"

namespace rookery::cli {

void add_key(Command app, Action& chosen);

}  // namespace rookery::cli
