// rookery status: is the vault there, open and healthy? Of a server, or of a data directory.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_status(Command app, Action& chosen);

}  // namespace rookery::cli
