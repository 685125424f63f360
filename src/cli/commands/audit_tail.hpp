// rookery audit tail: the log for people.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_audit_tail(Command audit, Action& chosen);

}  // namespace rookery::cli
