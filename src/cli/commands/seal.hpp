// `rookery seal`: a running server answers nothing any more and wipes its keys, until it is unsealed.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_seal(Command app, Action& chosen);

}  // namespace rookery::cli
