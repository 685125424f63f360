// rookery serve: the vault as a service, until SIGTERM or until its log cannot be written.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_serve(Command app, Action& chosen);

}  // namespace rookery::cli
