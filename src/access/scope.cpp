#include "access/scope.hpp"

#include "access/reach.hpp"
#include "access/scope_growth.hpp"
#include "access/share_ways.hpp"

#include <algorithm>

namespace rookery::access {
namespace {

using schema::Depth;

template <class T>
void sort_unique(std::vector<T>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// The rows of the table that are shared with the user or with a team of his.
void add_shared_with(
    Scope& out, const Uuid& user, const Reach& reach, const schema::Privilege& privilege,
    const Facts& facts
) {
    each_share_with(user, reach, facts, [&](const Uuid& id, const Share& share) {
        if (share.table != privilege.table->id || !share.gives(privilege.right)) return;
        out.shared.push_back(share.row);
        out.shares.push_back(id);
    });
    sort_unique(out.shared);
}

}  // namespace

bool Scope::admits(const RowFacts& row) const {
    if (!also.empty() && !also.front().admits(row)) return false;
    if (all) return true;
    if (row.owner && std::binary_search(owners.begin(), owners.end(), *row.owner)) return true;
    if (!row.owning_unit.is_nil() &&
        std::binary_search(units.begin(), units.end(), row.owning_unit)) {
        return true;
    }
    return std::binary_search(shared.begin(), shared.end(), row.id);
}

Scope scope_of(
    const Uuid& user, const schema::Table& table, schema::Right right, const Facts& facts
) {
    Scope out;
    const auto* reach = facts.reach(user);
    if (reach == nullptr || !reach->enabled || table.outside) return out;
    const auto& privilege = schema::privilege(table, right);
    bool own = false;
    bool any = false;
    for (const auto& assignment : reach->assignments) {
        const auto depth = reach->depth(assignment, privilege);
        if (depth == Depth::none) continue;
        if (depth == Depth::global) {
            return Scope{true, {}, {}};
        }
        any = true;
        own = own || assignment.own;
        if (!assignment.own) out.owners.push_back({PrincipalKind::team, assignment.team});
        const bool exists = assignment.below.first < assignment.below.end;
        if (depth == Depth::local && exists) out.units.push_back(assignment.unit);
        if (depth == Depth::deep) {
            const auto below = facts.units().below(assignment.unit);
            out.units.insert(out.units.end(), below.begin(), below.end());
        }
    }
    if (own) {
        out.owners.push_back({PrincipalKind::user, user});
        for (const auto& team : reach->teams) out.owners.push_back({PrincipalKind::team, team});
    }
    sort_unique(out.owners);
    sort_unique(out.units);
    if (any && table.ownership == schema::Ownership::user) {
        add_shared_with(out, user, *reach, privilege, facts);
    }
    return out;
}

Scope scope(
    const Caller& caller, const schema::Table& table, schema::Right right, const Facts& facts
) {
    Scope out{true, {}, {}};
    for (const auto& person : caller.people()) {
        auto one = scope_of(person.user, table, right, facts);
        if (one.none() || out.none()) return {};
        if (one.all) continue;
        if (!out.all) one.also.push_back(std::move(out));
        out = std::move(one);
    }
    return out;
}

bool grew(const Scope& before, const Scope& after, const Facts& facts_before) {
    if (before.all) return false;
    if (after.all) return true;
    const bool owners = std::includes(
        before.owners.begin(), before.owners.end(), after.owners.begin(), after.owners.end()
    );
    if (!owners) return true;
    return std::any_of(after.units.begin(), after.units.end(), [&](const Uuid& unit) {
        return facts_before.business_unit(unit) != nullptr &&
               !std::binary_search(before.units.begin(), before.units.end(), unit);
    });
}

}  // namespace rookery::access
