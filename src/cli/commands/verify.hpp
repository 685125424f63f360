// rookery verify: every file, row, index entry, outbox entry and log entry of a vault that no server holds.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_verify(Command app, Action& chosen);

}  // namespace rookery::cli
