// rookery import: a CSV file of handles and tokens into the vault.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_import(Command app, Action& chosen);

}  // namespace rookery::cli
