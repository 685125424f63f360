// A command that has the server run a job which changes keys, and waits for its end.
#pragma once

#include "cli/commands/action.hpp"

#include <string_view>

namespace rookery::cli {

/// Texts that live as long as the program.
struct KeyJobCommand {
    std::string_view name;
    std::string_view help;
    std::string_view job;
    std::string_view afterwards;  // said when the job has ended
};

void add_key_job_command(Command key, Action& chosen, const KeyJobCommand& of);

}  // namespace rookery::cli
