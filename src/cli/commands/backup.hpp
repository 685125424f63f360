// `rookery backup`: has a server take one, or takes one of a stopped vault, or of the keyring.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_backup(Command app, Action& chosen);

}  // namespace rookery::cli
