// `rookery key`: the vault's keys, and the root key slots. Each subcommand is a file of its own.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_key(Command app, Action& chosen);

}  // namespace rookery::cli
