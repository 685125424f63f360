// `rookery purge`: a record gone for good, in two acts of two persons.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_purge(Command app, Action& chosen);

}  // namespace rookery::cli
