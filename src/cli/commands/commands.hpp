// The subcommands: each file adds one to the command line and says what it runs.
#pragma once

#include "base/result.hpp"
#include "cli/options/command_line.hpp"
#include "cli/output/exit_code.hpp"

#include <functional>

namespace rookery::cli {

/// What the chosen command does after the whole line was understood: an exit code, or why not.
using Action = std::function<Result<Exit>()>;

void add_dev(Command app, Action& chosen);
void add_init(Command app, Action& chosen);
void add_serve(Command app, Action& chosen);
void add_status(Command app, Action& chosen);
void add_import(Command app, Action& chosen);
void add_get(Command app, Action& chosen);
void add_token(Command app, Action& chosen);
void add_access(Command app, Action& chosen);
void add_audit(Command app, Action& chosen);
void add_sync(Command app, Action& chosen);
void add_verify(Command app, Action& chosen);
void add_recover(Command app, Action& chosen);

/// The whole program but for its last resort, the catch in main.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace rookery::cli
