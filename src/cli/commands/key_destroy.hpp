// `rookery key destroy VERSION`: asks for the destruction of a record KEK, approves what somebody else asked for, or goes on
// with it after a day.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_key_destroy(Command key, Action& chosen);

}  // namespace rookery::cli
