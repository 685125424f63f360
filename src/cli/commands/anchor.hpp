// rookery anchor: what the anchor of a vault speaks against, accepted by whoever holds its root key.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_anchor(Command app, Action& chosen);

}  // namespace rookery::cli
