// rookery access explain: what would become of a message, and by which rule.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_access_explain(Command access, Action& chosen);

}  // namespace rookery::cli
