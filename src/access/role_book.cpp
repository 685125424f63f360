#include "access/role_book.hpp"

#include "schema/known_tables.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace rookery::access {
namespace {

using schema::Depth;

bool is_depth(Depth depth) {
    return depth == Depth::basic || depth == Depth::local || depth == Depth::deep ||
           depth == Depth::global;
}

/// Null when no row gives anything.
std::shared_ptr<const RoleDepths> page(const Facts::RolePrivileges& rows, const Uuid& role) {
    std::shared_ptr<RoleDepths> out;
    rows.each<&RolePrivilege::role>(role, [&](const Uuid&, const RolePrivilege& row) {
        if (row.privilege == nullptr || !is_depth(row.depth)) return;
        if (out == nullptr) out = std::make_shared<RoleDepths>();
        const auto index = privilege_index(*row.privilege);
        out->depths[index] = std::max(out->depths[index], row.depth);
        out->held.set(index);
    });
    return out;
}

}  // namespace

std::shared_ptr<const RoleDepths> RoleBook::depths(const Uuid& role) const {
    const auto* found = pages_.find(role);
    return found == nullptr ? nullptr : *found;
}

RoleBook RoleBook::with(
    std::span<const FactChange> changes, const Facts::RolePrivileges& before,
    const Facts::RolePrivileges& after
) const {
    std::set<Uuid> roles;
    for (const auto& change : changes) {
        if (change.table != schema::known::roleprivileges.id) continue;
        for (const auto* rows : {&before, &after}) {
            const auto* row = rows->find(change.id);
            if (row != nullptr) roles.insert(row->role);
        }
    }
    std::vector<Pages::Edit> edits;
    for (const auto& role : roles) {
        edits.push_back({role, std::nullopt});
        if (auto made = page(after, role); made != nullptr) edits.back().value = std::move(made);
    }
    RoleBook out;
    out.pages_ = pages_.with(edits);
    return out;
}

}  // namespace rookery::access
