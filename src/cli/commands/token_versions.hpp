// `rookery token-versions`: what a handle's tokens were before, without showing any; one restored; who still holds an
// older one; and which are due to be rotated.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_token_versions(Command app, Action& chosen);

}  // namespace rookery::cli
