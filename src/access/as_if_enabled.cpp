#include "access/as_if_enabled.hpp"

#include <algorithm>
#include <vector>

namespace rookery::access {
namespace {

/// He, his unit, or the unit of a team of his.
bool lacks_something(const Facts& facts, const Uuid& id) {
    const auto* user = facts.user(id);
    if (user == nullptr) return false;
    if (user->disabled || !facts.units().active(user->business_unit)) return true;
    return std::ranges::any_of(facts.teams_of(id), [&](const Uuid& team) {
        const auto* row = facts.team(team);
        return row != nullptr && !facts.units().active(row->business_unit);
    });
}

template <class Row>
void enable(const Uuid& id, const Row* row, std::vector<FactChange>& changes) {
    if (row == nullptr || !row->disabled) return;
    auto enabled = *row;
    enabled.disabled = false;
    changes.push_back({table_of(enabled), id, enabled});
}

}  // namespace

std::optional<Facts> as_if_enabled(const Facts& facts, std::span<const Uuid> users) {
    const bool needed =
        std::ranges::any_of(users, [&](const Uuid& id) { return lacks_something(facts, id); });
    if (!needed) return std::nullopt;
    std::vector<FactChange> changes;
    for (const auto& [id, row] : facts.business_units().rows()) enable(id, &row, changes);
    for (const auto& id : users) enable(id, facts.user(id), changes);
    return facts.with(changes);
}

}  // namespace rookery::access
