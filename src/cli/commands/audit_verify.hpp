// rookery audit verify: the check of a copy without the vault.
#pragma once

#include "cli/commands/action.hpp"

#include <span>

namespace rookery::cli {

void add_audit_verify(Command audit, Action& chosen);

/// What it ends with, ascending: numbers of its own, on which tools for such logs rely.
[[nodiscard]] std::span<const ExitInfo> verify_exit_codes();

}  // namespace rookery::cli
