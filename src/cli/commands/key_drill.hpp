// rookery key drill: which of the ways that are offered would unseal a vault, without unsealing it.
#pragma once

#include "cli/commands/action.hpp"
#include "cli/options/command_line.hpp"

namespace rookery::cli {

void add_key_drill(Command key, Action& chosen);

}  // namespace rookery::cli
