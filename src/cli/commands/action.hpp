// What a subcommand is to the program: a function that adds it to the command line and, once the whole line
// was understood, says what to do.
#pragma once

#include "base/result.hpp"
#include "cli/options/command_line.hpp"
#include "cli/output/exit_code.hpp"

#include <functional>

namespace rookery::cli {

/// What the chosen command does: an exit code, or why not.
using Action = std::function<Result<Exit>()>;

/// Adds one command to `app`; its callback sets `chosen`, which outlives the parsing.
using AddCommand = void (*)(Command app, Action& chosen);

}  // namespace rookery::cli
