// `rookery key rekey-rows`: every row is tagged under a new row key, by the job of the server.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_key_rekey_rows(Command key, Action& chosen);

}  // namespace rookery::cli
