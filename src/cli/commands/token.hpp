// rookery token: bearer tokens of users. Over the API, or on the data directory when no server runs.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_token(Command app, Action& chosen);

}  // namespace rookery::cli
