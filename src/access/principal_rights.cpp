#include "access/principal_rights.hpp"

#include "access/as_if_enabled.hpp"
#include "access/decide.hpp"
#include "access/each_path.hpp"
#include "access/reach.hpp"
#include "access/role_book.hpp"
#include "schema/known_tables.hpp"

#include <span>

namespace rookery::access {
namespace {

/// As if it were a user whose only team this is.
Reach reach_of_team(const Uuid& id, const Team& team, const Facts& facts) {
    Reach out;
    out.enabled = facts.units().active(team.business_unit);
    (team.can_own() ? out.teams : out.access_teams).push_back(id);
    if (!team.can_own()) return out;
    const auto below = facts.units().range(team.business_unit);
    for (const auto& role : facts.roles_of_team(id)) {
        auto depths = facts.role_book().depths(role);
        if (facts.role(role) == nullptr || depths == nullptr) continue;
        out.assignments.push_back({role, id, team.business_unit, below, true, std::move(depths)});
    }
    return out;
}

/// Nothing for an unknown principal. A disabled user is judged as if he and all units were enabled.
std::optional<Reach> reach_of(const Principal& principal, const Facts& facts) {
    if (principal.kind == PrincipalKind::team) {
        const auto* team = facts.team(principal.id);
        if (team == nullptr) return std::nullopt;
        return reach_of_team(principal.id, *team, facts);
    }
    if (facts.user(principal.id) == nullptr) return std::nullopt;
    const auto as_if = as_if_enabled(facts, std::span{&principal.id, 1});
    return *(as_if ? *as_if : facts).reach(principal.id);
}

std::vector<PrivilegeDepth> depths_in(const Reach& reach) {
    std::vector<PrivilegeDepth> out;
    for (const auto& privilege : schema::privileges()) {
        const auto* held = reach.widest(privilege);
        if (held == nullptr) continue;
        out.push_back({&privilege, reach.depth(*held, privilege), held->unit});
    }
    return out;
}

template <class Allowed>
std::vector<schema::Right> rights_that(Allowed&& allowed) {
    std::vector<schema::Right> out;
    for (const auto& one : schema::right_names) {
        if (allowed(one.right)) out.push_back(one.right);
    }
    return out;
}

RowFacts facts_of_team(const Uuid& id, const Team& team) {
    return {id, Principal{PrincipalKind::team, id}, team.business_unit};
}

}  // namespace

std::optional<std::vector<PrivilegeDepth>> privileges_of(
    const Principal& principal, const Facts& facts
) {
    const auto reach = reach_of(principal, facts);
    if (!reach) return std::nullopt;
    return depths_in(*reach);
}

std::optional<std::vector<PrivilegeDepth>> privileges_of_role(
    const Uuid& role, const Facts& facts
) {
    const auto* found = facts.role(role);
    if (found == nullptr) return std::nullopt;
    std::vector<PrivilegeDepth> out;
    const auto depths = facts.role_book().depths(role);
    if (depths == nullptr) return out;
    for (const auto& privilege : schema::privileges()) {
        const auto depth = (*depths)[privilege_index(privilege)];
        if (depth == schema::Depth::none) continue;
        out.push_back({&privilege, depth, found->business_unit});
    }
    return out;
}

std::vector<schema::Right> rights_on_row(
    const Caller& user, const schema::Table& table, const RowFacts& row, const Facts& facts
) {
    return rights_that([&](schema::Right right) {
        Needs needs;
        needs.need(table, right, row);
        return decide(user, needs, facts).allowed();
    });
}

std::vector<schema::Right> rights_on_row_of_team(
    const Uuid& team, const schema::Table& table, const RowFacts& row, const Facts& facts
) {
    const auto* found = facts.team(team);
    if (found == nullptr) return {};
    const auto reach = reach_of_team(team, *found, facts);
    if (!reach.enabled) return {};
    if (!found->can_own()) {
        // Holds no privilege by nature: what is shared with it is for members who have theirs.
        return rights_that([&](schema::Right right) {
            bool given = false;
            facts.shares().each<&Share::row>(row.id, [&](const Uuid&, const Share& share) {
                given = given || (share.principal == team && share.table == table.id &&
                                  !share.over(facts.now()) && share.gives(right));
            });
            return given;
        });
    }
    return rights_that([&](schema::Right right) {
        const auto& privilege = schema::privilege(table, right);
        return each_path(Uuid{}, reach, facts, privilege, row, [](const Path&) { return true; });
    });
}

std::optional<Needs> needs_to_know_rights(const Principal& principal, const Facts& facts) {
    using enum schema::Right;
    const auto reach = reach_of(principal, facts);
    if (!reach) return std::nullopt;
    Needs out;
    if (principal.kind == PrincipalKind::user) {
        const auto& unit = facts.user(principal.id)->business_unit;
        out.need(schema::known::systemuser, read, RowFacts{principal.id, principal, unit});
    } else {
        const auto& team = *facts.team(principal.id);
        out.need(schema::known::team, read, facts_of_team(principal.id, team));
    }
    for (const auto& id : reach->teams) {
        out.need(schema::known::team, read, facts_of_team(id, *facts.team(id)));
    }
    for (const auto& one : reach->assignments) {
        const RowFacts role{one.role, std::nullopt, facts.role(one.role)->business_unit};
        out.need(schema::known::role, read, role);
    }
    return out;
}

}  // namespace rookery::access
