#include "cli/commands/key.hpp"

#include "cli/commands/key_add_slot.hpp"
#include "cli/commands/key_compromise.hpp"
#include "cli/commands/key_destroy.hpp"
#include "cli/commands/key_drill.hpp"
#include "cli/commands/key_rekey_data.hpp"
#include "cli/commands/key_rekey_root.hpp"
#include "cli/commands/key_rekey_rows.hpp"
#include "cli/commands/key_remove_slot.hpp"
#include "cli/commands/key_rotate.hpp"
#include "cli/commands/key_slots.hpp"
#include "cli/commands/key_status.hpp"

namespace rookery::cli {

void add_key(Command app, Action& chosen) {
    const auto command =
        app.add_subcommand("key", "See and change a vault's keys, and what opens it");
    command.require_subcommand();
    for (const auto add :
         {add_key_status,
          add_key_rotate,
          add_key_rekey_data,
          add_key_rekey_rows,
          add_key_compromise,
          add_key_destroy,
          add_key_slots,
          add_key_drill,
          add_key_add_slot,
          add_key_remove_slot,
          add_key_rekey_root}) {
        add(command, chosen);
    }
}

}  // namespace rookery::cli
