// A credential where a path, a name or an id belongs is said to be in the wrong place, and not repeated.
#pragma once

#include "base/result.hpp"
#include "cli/options/takes.hpp"

#include <string_view>

namespace rookery::cli {

/// Errc::usage when `value` has a credential's own form. `place`: "--user", "the argument HANDLE", "ROOKERY_CA".
[[nodiscard]] Result<void> refuse_credential(
    std::string_view value, std::string_view place, Takes takes
);

}  // namespace rookery::cli
