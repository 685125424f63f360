// What a user, a team or a role may do, by privilege and on one row: what clients ask before they offer
// something. It computes no right of its own: depths are those of reach, a user's rights on a row those
// of decide, a team's those of each_path.
//
// Pure functions on ids, like they are. Called by messages.
#pragma once

#include "access/caller.hpp"
#include "access/facts.hpp"
#include "access/needs.hpp"

#include <optional>
#include <vector>

namespace rookery::access {

struct PrivilegeDepth {
    const schema::Privilege* privilege = nullptr;
    schema::Depth depth = schema::Depth::none;  // the greatest that is held
    Uuid unit;                                  // that it is measured from
};

/// Of each privilege that is held, ascending by its id; as if the principal and all units were enabled.
/// Nothing for an unknown one.
[[nodiscard]] std::optional<std::vector<PrivilegeDepth>> privileges_of(
    const Principal& principal, const Facts& facts
);

/// What a role gives, measured from its own unit. Nothing for an unknown one.
[[nodiscard]] std::optional<std::vector<PrivilegeDepth>> privileges_of_role(
    const Uuid& role, const Facts& facts
);

/// The rights on a row of a user as he calls. None for one who is disabled or unknown.
[[nodiscard]] std::vector<schema::Right> rights_on_row(
    const Caller& user, const schema::Table& table, const RowFacts& row, const Facts& facts
);

/// Those that a member has through the team alone. None for a team of a disabled unit, or one unknown.
[[nodiscard]] std::vector<schema::Right> rights_on_row_of_team(
    const Uuid& team, const schema::Table& table, const RowFacts& row, const Facts& facts
);

/// What somebody must read to put the same together from rows: the principal, the roles that work for it,
/// the teams that hold them or own what it reaches. Nothing for an unknown one.
[[nodiscard]] std::optional<Needs> needs_to_know_rights(
    const Principal& principal, const Facts& facts
);

}  // namespace rookery::access
