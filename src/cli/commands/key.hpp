// `rookery key`: sees and changes the vault's keys.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_key(Command app, Action& chosen);

}  // namespace rookery::cli
