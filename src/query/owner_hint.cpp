#include "query/owner_hint.hpp"

#include "schema/known_tables.hpp"
#include "storage/entry_owner.hpp"
#include "storage/row_key.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

bool may_hold(
    const access::Scope& scope, const access::Principal& owner, std::string_view entry_key
) {
    const bool any = scope.all || !scope.units.empty();
    if (!any && !std::ranges::binary_search(scope.owners, owner)) {
        if (scope.shared.empty()) return false;
        if (!std::ranges::binary_search(scope.shared, storage::id_of(entry_key))) return false;
    }
    return std::ranges::all_of(scope.also, [&](const access::Scope& other) {
        return may_hold(other, owner, entry_key);
    });
}

}  // namespace

bool may_hold(
    const access::Scope& scope, std::string_view entry_key, std::string_view entry_value
) {
    const auto owner = storage::parse_owner(entry_value);
    if (!owner) return true;
    const auto kind = owner->table == schema::known::team.id ? access::PrincipalKind::team
                                                             : access::PrincipalKind::user;
    return may_hold(scope, access::Principal{kind, owner->id}, entry_key);
}

}  // namespace rookery::messages
