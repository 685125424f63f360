// `rookery unseal`: brings a share or a passphrase to a server that is sealed.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_unseal(Command app, Action& chosen);

}  // namespace rookery::cli
