// `rookery help [TOPIC]` and `rookery version`, and the page docs/cli-reference.md, all from the tree of commands
// itself: what a command takes is said once, where it is added.
#pragma once

#include "cli/commands/action.hpp"

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace rookery::cli {

/// The commands `help` and `version` of `app`.
void add_help(CLI::App& app, Action& chosen);

/// docs/cli-reference.md: exit codes, environment, every command with its options.
[[nodiscard]] std::string reference_page(const CLI::App& app);

}  // namespace rookery::cli
