// rookery dev: a throw-away vault with demo data, on this machine only. A contract that tests and
// newcomers rely on: docs/cli.md.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_dev(Command app, Action& chosen);

}  // namespace rookery::cli
