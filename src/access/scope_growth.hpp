// The scope of a user whoever calls, and whether one became wider. Internal to access.
#pragma once

#include "access/facts.hpp"
#include "access/scope.hpp"

namespace rookery::access {

[[nodiscard]] Scope scope_of(
    const Uuid& user, const schema::Table& table, schema::Right right, const Facts& facts
);

/// By owners and units: what is shared is looked at way by way (share_ways.hpp). A unit that is new does not count: no row
/// was in it.
[[nodiscard]] bool grew(const Scope& before, const Scope& after, const Facts& facts_before);

}  // namespace rookery::access
