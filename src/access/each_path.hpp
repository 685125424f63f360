// The ways in which a right of a user reaches a row: decide takes the first, explain prints all, and
// who gains by a change is found by them. Internal to access.
#pragma once

#include "access/facts.hpp"
#include "access/needs.hpp"
#include "access/path.hpp"
#include "access/reach.hpp"

namespace rookery::access {

/// Calls `use(path)` for each until it says true; whether it did. Ownership comes before depth.
///   ownership  the user owns the row, or a team of his does. A role of a team whose privileges stay
///              with the team reaches that team's rows only.
///   depth      of a role, measured from its holder's unit. A unit that is not there reaches nothing,
///              not even rows that name it.
template <class Use>
bool each_path(
    const Uuid& user, const Reach& reach, const Facts& facts, const schema::Privilege& privilege,
    const RowFacts& row, Use&& use
) {
    using schema::Depth;
    const bool by_user =
        row.owner && row.owner->kind == PrincipalKind::user && row.owner->id == user;
    const bool by_team =
        row.owner && row.owner->kind == PrincipalKind::team && reach.in_team(row.owner->id);
    if (by_user || by_team) {
        for (const auto& assignment : reach.assignments) {
            const auto depth = reach.depth(assignment, privilege);
            if (depth == Depth::none) continue;
            if (!assignment.own && !(by_team && assignment.team == row.owner->id)) continue;
            const auto rule = by_user ? Path::Rule::owner : Path::Rule::team;
            if (use(Path{rule, row.owner->id, assignment.role, assignment.team, depth}))
                return true;
        }
    }
    UnitRange unit;
    bool looked_up = false;
    for (const auto& assignment : reach.assignments) {
        const auto depth = reach.depth(assignment, privilege);
        bool reached = depth == Depth::global;
        if (depth == Depth::local || depth == Depth::deep) {
            if (!looked_up) unit = facts.units().range(row.owning_unit);
            looked_up = true;
            const bool here = assignment.unit == row.owning_unit && unit.first < unit.end;
            reached = here || (depth == Depth::deep && assignment.below.contains(unit));
        }
        if (!reached) continue;
        const Path path{Path::Rule::role, assignment.role, assignment.role, assignment.team, depth};
        if (use(path)) return true;
    }
    return false;
}

}  // namespace rookery::access
