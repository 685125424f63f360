// The users whose rights a change can alter.
#pragma once

#include "access/facts.hpp"

#include <optional>
#include <span>
#include <vector>

namespace rookery::access {

/// Ascending. Nothing when it may be everybody.
[[nodiscard]] std::optional<std::vector<Uuid>> touched_users(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
);

}  // namespace rookery::access
