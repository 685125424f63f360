// The subcommands: each file adds one to the command line and says what it runs.
#pragma once

#include "base/result.hpp"
#include "cli/exit_code.hpp"

#include <functional>

namespace CLI {
class App;
}

namespace rookery::cli {

/// What the chosen command does after the whole line was understood: an exit code, or why not.
using Action = std::function<Result<Exit>()>;

void add_dev(CLI::App& app, Action& chosen);
void add_init(CLI::App& app, Action& chosen);
void add_serve(CLI::App& app, Action& chosen);
void add_status(CLI::App& app, Action& chosen);
void add_import(CLI::App& app, Action& chosen);
void add_get(CLI::App& app, Action& chosen);
void add_token(CLI::App& app, Action& chosen);
void add_audit(CLI::App& app, Action& chosen);
void add_sync(CLI::App& app, Action& chosen);
void add_verify(CLI::App& app, Action& chosen);

/// The whole program but for its last resort, the catch in main.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace rookery::cli
