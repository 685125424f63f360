#include "access/more_rights.hpp"

#include "access/reach.hpp"
#include "access/scope_growth.hpp"
#include "access/share_ways.hpp"

#include <algorithm>

namespace rookery::access {
namespace {

/// At any depth.
bool holds(const Reach& reach, const schema::Privilege& privilege) {
    return std::any_of(
        reach.assignments.begin(),
        reach.assignments.end(),
        [&](const Assignment& assignment) {
            return reach.depth(assignment, privilege) != schema::Depth::none;
        }
    );
}

}  // namespace

bool has_more_rights(const Uuid& user, const Facts& before, const Facts& after) {
    const auto* was = before.reach(user);
    const auto* is = after.reach(user);
    if (is == nullptr || !is->enabled) return false;
    if (was == nullptr || !was->enabled) return true;
    const auto more_column = [&](const ColumnReach& now) {
        const auto* old = was->column(now.table, now.column);
        const auto had = old == nullptr ? ColumnReach{} : *old;
        return (now.create && !had.create) || (now.read && !had.read) ||
               (now.update && !had.update) || now.unmask > had.unmask;
    };
    if (std::any_of(is->columns.begin(), is->columns.end(), more_column)) return true;
    if (has_more_shared(user, before, after)) return true;
    const auto lasting_before = before.without_shares();
    const auto lasting_after = after.without_shares();
    for (const auto& privilege : schema::privileges()) {
        if (!holds(*is, privilege)) continue;
        if (privilege.table == nullptr) {
            if (!holds(*was, privilege)) return true;
        } else if (grew(
                       scope_of(user, *privilege.table, privilege.right, lasting_before),
                       scope_of(user, *privilege.table, privilege.right, lasting_after),
                       before
                   )) {
            return true;
        }
    }
    return false;
}

}  // namespace rookery::access
