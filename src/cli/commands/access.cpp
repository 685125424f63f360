#include "cli/commands/access.hpp"

#include "cli/commands/access_explain.hpp"
#include "cli/commands/access_of.hpp"
#include "cli/commands/access_who_can.hpp"

namespace rookery::cli {

void add_access(Command app, Action& chosen) {
    const auto command =
        app.add_subcommand("access", "Who may read what, and why; every question is on the log");
    command.require_subcommand();
    for (const auto add : {add_access_who_can, add_access_of, add_access_explain}) {
        add(command, chosen);
    }
}

}  // namespace rookery::cli
