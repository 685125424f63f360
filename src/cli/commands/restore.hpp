// `rookery restore BACKUP`: makes a data directory of a backup and a keyring backup.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_restore(Command app, Action& chosen);

}  // namespace rookery::cli
