#include "sync/owner_of.hpp"

#include "schema/known_tables.hpp"

#include <variant>

namespace rookery::sync {
namespace {

/// Null when the row shows none.
const storage::RowRef* owner_here(const messages::ShownRow& row) {
    for (const auto& cell : row.cells) {
        if (cell.column->type != schema::Type::owner) continue;
        const auto* const* stored = std::get_if<const storage::Value*>(&cell.value);
        if (stored != nullptr && *stored != nullptr) return std::get_if<storage::RowRef>(*stored);
    }
    return nullptr;
}

}  // namespace

std::optional<std::string> owner_of(
    const messages::ShownRow& row, const std::map<Uuid, std::string>& owners,
    const access::Facts& facts
) {
    const auto* owner = owner_here(row);
    if (owner == nullptr) return std::nullopt;
    if (const auto mapped = owners.find(owner->id); mapped != owners.end()) return mapped->second;
    if (owner->table != schema::known::systemuser.id) return std::nullopt;
    const auto* user = facts.user(owner->id);
    if (user == nullptr || user->entra_object.is_nil()) return std::nullopt;
    return "systemusers(azureactivedirectoryobjectid=" + to_string(user->entra_object) + ")";
}

}  // namespace rookery::sync
