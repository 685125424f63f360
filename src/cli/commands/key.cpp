#include "cli/commands/key.hpp"

#include "cli/commands/key_destroy.hpp"
#include "cli/commands/key_rotate.hpp"
#include "cli/commands/key_status.hpp"

namespace rookery::cli {

void add_key(Command app, Action& chosen) {
    const auto command = app.add_subcommand("key", "See and change the vault's keys");
    command.require_subcommand();
    for (const auto add : {add_key_status, add_key_rotate, add_key_destroy}) add(command, chosen);
}

}  // namespace rookery::cli
