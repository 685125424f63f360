// rookery init: a new vault with its keys, its own certificate authority, the presets, and a first
// administrator with a token for one hour.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_init(Command app, Action& chosen);

}  // namespace rookery::cli
