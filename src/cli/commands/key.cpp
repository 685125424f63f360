#include "cli/commands/key.hpp"

#include "cli/commands/key_add_slot.hpp"
#include "cli/commands/key_drill.hpp"
#include "cli/commands/key_rekey_root.hpp"
#include "cli/commands/key_remove_slot.hpp"
#include "cli/commands/key_slots.hpp"

namespace rookery::cli {

void add_key(Command app, Action& chosen) {
    const auto command =
        app.add_subcommand("key", "See and change what opens a vault, and its keys");
    command.require_subcommand();
    for (const auto add :
         {add_key_slots,
          add_key_drill,
          add_key_add_slot,
          add_key_remove_slot,
          add_key_rekey_root}) {
        add(command, chosen);
    }
}

}  // namespace rookery::cli
