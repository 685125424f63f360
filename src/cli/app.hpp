// The program: its commands are a table in app.cpp, one file each in commands/.
#pragma once

#include "cli/commands/action.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace rookery::cli {

/// Every command and option into `app`, with the checks that all of them have. The command that a line chose is
/// `chosen` once it was parsed; both outlive the parsing.
void add_commands(CLI::App& app, Action& chosen);

/// What the line asks for: check_words, parsing, check_given. Empty when help or the version was asked for, which is
/// on stdout then.
[[nodiscard]] Result<Action> understand(
    CLI::App& app, Action& chosen, const std::vector<std::string>& words
);

/// The whole program but for its last resort, the catch in main.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace rookery::cli
