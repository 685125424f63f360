// `rookery job`: sees and steers what a server does in the background.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_job(Command app, Action& chosen);

}  // namespace rookery::cli
