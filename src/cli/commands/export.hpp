// `rookery export`: handles, applications and owners as the CSV that `rookery import` reads. Never a token.
#pragma once

#include "cli/commands/action.hpp"

namespace rookery::cli {

void add_export(Command app, Action& chosen);

}  // namespace rookery::cli
