// What is got while disabled is got: rights are judged as they are, and again as if nobody were disabled.
// Internal to access.
#pragma once

#include "access/facts.hpp"

#include <optional>
#include <span>

namespace rookery::access {

/// As these users would stand if they and all units were enabled; nothing when they stand so already.
[[nodiscard]] std::optional<Facts> as_if_enabled(const Facts& facts, std::span<const Uuid> users);

}  // namespace rookery::access
