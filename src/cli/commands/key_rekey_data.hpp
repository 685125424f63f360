// `rookery key rekey-data`: a fresh data key for every record that holds a token, by the job of the server.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_key_rekey_data(Command key, Action& chosen);

}  // namespace rookery::cli
