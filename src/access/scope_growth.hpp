// Whether a scope became wider. Internal to access.
#pragma once

#include "access/facts.hpp"
#include "access/scope.hpp"

namespace rookery::access {

/// A unit that is new does not count: no row was in it.
[[nodiscard]] bool grew(const Scope& before, const Scope& after, const Facts& facts_before);

}  // namespace rookery::access
