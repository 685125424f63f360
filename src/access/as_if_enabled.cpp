#include "access/as_if_enabled.hpp"

#include <vector>

namespace rookery::access {

std::optional<Facts> as_if_enabled(const Facts& facts, std::span<const Uuid> users) {
    std::vector<FactChange> changes;
    for (const auto& [id, row] : facts.business_units().rows()) {
        if (!row.disabled) continue;
        auto enabled = row;
        enabled.disabled = false;
        changes.push_back({table_of(enabled), id, enabled});
    }
    for (const auto& id : users) {
        const auto* row = facts.user(id);
        if (row == nullptr || !row->disabled) continue;
        auto enabled = *row;
        enabled.disabled = false;
        changes.push_back({table_of(enabled), id, enabled});
    }
    if (changes.empty()) return std::nullopt;
    return facts.with(changes);
}

}  // namespace rookery::access
