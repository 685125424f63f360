// rookery get: the token of a handle, for a script. One audited HTTPS call.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_get(Command app, Action& chosen);

}  // namespace rookery::cli
