// rookery audit: the log for people (tail), and the check of a copy without the vault (verify).
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_audit(Command app, Action& chosen);

}  // namespace rookery::cli
