// rookery audit verify: the check of a copy without the vault.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_audit_verify(Command audit, Action& chosen);

}  // namespace rookery::cli
