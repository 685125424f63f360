#include "access/make_reach.hpp"

#include "access/role_book.hpp"

#include <algorithm>

namespace rookery::access {
namespace {

void add_teams(Reach& reach, const Uuid& user, const Facts& facts) {
    facts.memberships().each<&Membership::user>(user, [&](const Uuid&, const Membership& pair) {
        const auto* team = facts.team(pair.team);
        // A team of a disabled unit is out of work like its unit's users.
        if (team == nullptr || !facts.units().active(team->business_unit)) return;
        (team->can_own() ? reach.teams : reach.access_teams).push_back(pair.team);
    });
    for (auto* teams : {&reach.teams, &reach.access_teams}) {
        std::sort(teams->begin(), teams->end());
        teams->erase(std::unique(teams->begin(), teams->end()), teams->end());
    }
}

void add_assignments(Reach& reach, const Uuid& user, const User& row, const Facts& facts) {
    const auto add = [&](const Uuid& role, const Uuid& team, const Uuid& unit) {
        const auto* held = facts.role(role);
        auto depths = facts.role_book().depths(role);
        if (held == nullptr || depths == nullptr) return;
        const bool own = team.is_nil() || held->inherited;
        const auto below = facts.units().range(unit);
        reach.assignments.push_back({role, team, unit, below, own, std::move(depths)});
    };
    facts.user_roles().each<&UserRole::user>(user, [&](const Uuid&, const UserRole& pair) {
        ++reach.role_count;
        add(pair.role, Uuid{}, row.business_unit);
    });
    for (const auto& team : reach.teams) {
        facts.team_roles().each<&TeamRole::team>(team, [&](const Uuid&, const TeamRole& pair) {
            add(pair.role, team, facts.team(team)->business_unit);
        });
    }
    std::bitset<privilege_slots> held;
    for (const auto& assignment : reach.assignments) held |= assignment.depths->held;
    reach.privilege_count = held.count();
}

void add_permission(Reach& reach, const FieldPermission& row) {
    const auto* table = schema::table(row.table);
    const auto* column = table == nullptr ? nullptr : table->column(row.column);
    if (column == nullptr || column->type != schema::Type::sealed) return;
    auto at =
        std::find_if(reach.columns.begin(), reach.columns.end(), [&](const ColumnReach& known_one) {
            return known_one.table == row.table && known_one.column == row.column;
        });
    if (at == reach.columns.end()) {
        at = reach.columns.insert(at, ColumnReach{row.table, row.column});
    }
    at->create = at->create || row.create;
    at->read = at->read || row.read;
    at->update = at->update || row.update;
    if (row.read) at->unmask = std::max(at->unmask, row.unmask);
}

void add_columns(Reach& reach, const Uuid& user, const Facts& facts) {
    const auto add = [&](const Uuid&, const auto& pair) {
        if (facts.profile(pair.profile) == nullptr) return;
        facts.field_permissions().each<&FieldPermission::profile>(
            pair.profile,
            [&](const Uuid&, const FieldPermission& row) { add_permission(reach, row); }
        );
    };
    facts.user_profiles().each<&UserProfile::user>(user, add);
    for (const auto& team : reach.teams) {
        facts.team_profiles().each<&TeamProfile::team>(team, add);
    }
    std::sort(reach.columns.begin(), reach.columns.end(), [](const auto& a, const auto& b) {
        return std::pair{a.table, a.column} < std::pair{b.table, b.column};
    });
}

}  // namespace

Reach make_reach(const Uuid& user, const User& row, const Facts& facts) {
    Reach out;
    out.enabled = !row.disabled && facts.units().active(row.business_unit);
    out.mode = row.mode;
    add_teams(out, user, facts);
    add_assignments(out, user, row, facts);
    add_columns(out, user, facts);
    return out;
}

}  // namespace rookery::access
