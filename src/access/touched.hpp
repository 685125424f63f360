// Whom a change of facts touches: the question of everybody who keeps or compares something per
// user and would not look at all users again.
#pragma once

#include "access/facts.hpp"

#include <optional>
#include <span>
#include <vector>

namespace rookery::access {

/// The users whose reach (roles, teams, profiles, enabled), identities or credentials may differ
/// between `before` and `after`; `changes` lead from one to the other. Both what a row was and what
/// it is count. Ascending; never too few, perhaps too many, and also users who are not there.
/// Nothing: it may be anybody's. A unit came, went, moved, or was enabled or disabled; or so much
/// leads to users, more than half as many rows as there are users, that to look at all is no dearer.
[[nodiscard]] std::optional<std::vector<Uuid>> touched_users(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
);

/// The same with those with whom the changes share something, or do no more: no part of a reach, which is why caches do
/// without.
[[nodiscard]] std::optional<std::vector<Uuid>> affected_users(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
);

}  // namespace rookery::access
