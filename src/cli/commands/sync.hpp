// rookery sync: how the sync with a Dataverse is doing, and what an operator can tell it.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_sync(Command app, Action& chosen);

}  // namespace rookery::cli
