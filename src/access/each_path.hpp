// The ways in which a right of a user reaches a row: decide takes the first, explain prints all, and
// who gains by a change is found by them. Internal to access.
// What every share has in common is here too: whom it is for, and that it counts only beside a privilege.
#pragma once

#include "access/facts.hpp"
#include "access/needs.hpp"
#include "access/path.hpp"
#include "access/reach.hpp"

namespace rookery::access {

/// A Share or a ColumnShare.
template <class Shared>
[[nodiscard]] bool leads_to(const Shared& share, const Uuid& user, const Reach& reach) {
    return share.kind == PrincipalKind::user ? share.principal == user
                                             : reach.shares_with(share.principal);
}

/// What is shared of this very column on this row. To read in clear is not. Calls `use` with each share that it took.
template <class Use>
void add_shared(
    ColumnReach& held, const Uuid& user, const Reach& reach, const Facts& facts, const Uuid& row,
    const Use& use
) {
    if (facts.column_shares().rows().empty()) return;
    facts.column_shares().each<&ColumnShare::row>(
        row,
        [&](const Uuid& id, const ColumnShare& share) {
            if (share.table != held.table || share.column != held.column) return;
            if (!leads_to(share, user, reach)) return;
            held.read = held.read || share.read;
            held.update = held.update || share.update;
            use(id);
        }
    );
}

/// Of each_path, the last of its ways.
template <class Use>
bool each_share(
    const Uuid& user, const Reach& reach, const Facts& facts, const schema::Privilege& privilege,
    const RowFacts& row, Use& use
) {
    if (facts.shares().rows().empty()) return false;
    const auto* table = privilege.table;
    if (table == nullptr || table->ownership != schema::Ownership::user) return false;
    const auto* widest = reach.widest(privilege);
    if (widest == nullptr) return false;
    bool used = false;
    facts.shares().each<&Share::row>(row.id, [&](const Uuid& id, const Share& share) {
        if (used || share.table != table->id || !share.gives(privilege.right)) return;
        if (share.over(facts.now()) || !leads_to(share, user, reach)) return;
        used = use(Path{
            Path::Rule::share,
            share.principal,
            widest->role,
            widest->team,
            reach.depth(*widest, privilege),
            share.kind,
            id,
            share.expires});
    });
    return used;
}

/// Calls `use(path)` for each until it says true; whether it did. Ownership comes before depth, and depth before shares.
///   ownership  the user owns the row, or a team of his does. A role of a team whose privileges stay
///              with the team reaches that team's rows only.
///   depth      of a role, measured from its holder's unit. A unit that is not there reaches nothing,
///              not even rows that name it.
///   share      with the user or a team of his, access teams too, of somebody who has the privilege at some depth. One
///              that is over reaches nothing.
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
    return each_share(user, reach, facts, privilege, row, use);
}

}  // namespace rookery::access
