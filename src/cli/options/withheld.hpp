// Values of the command line and the environment that may be secrets (credential_shape.hpp): whatever error
// repeats one, the console leaves it out. Filled once, before the command runs; read by every thread.
#pragma once

#include "cli/options/credential_shape.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::cli {

struct Withheld {
    std::string value;
    std::string place;  // "--user", "the argument HANDLE", "ROOKERY_CA"
    std::string_view looks_like;
};

/// Keeps `value` back if it may be a secret, given where `takes` belongs.
void withhold_if_suspect(std::string_view value, const std::string& place, Takes takes);

[[nodiscard]] std::span<const Withheld> withheld();

/// Forgets all of them: the next line is judged by itself.
void withhold_nothing();

}  // namespace rookery::cli
