// "90m", "24h", "30d": how long, as an option of a command.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <string_view>

namespace rookery::cli {

/// A whole number above zero and one of s, m, h, d. Errc::usage.
[[nodiscard]] Result<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace rookery::cli
