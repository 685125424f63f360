// `rookery key rotate`: a new record KEK, by the job of the server.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_key_rotate(Command key, Action& chosen);

}  // namespace rookery::cli
