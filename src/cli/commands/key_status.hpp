// `rookery key status`: which keys there are, and what is due.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_key_status(Command key, Action& chosen);

}  // namespace rookery::cli
