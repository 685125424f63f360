// `rookery key compromise KEY`: what follows when somebody else may have a record KEK or the root key, and the list of the
// records whose tokens existed under it.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_key_compromise(Command key, Action& chosen);

}  // namespace rookery::cli
