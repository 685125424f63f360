#include "pipeline/shares_relied_on.hpp"

#include "schema/known_tables.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

using schema::known::principalobjectaccess;
using schema::known::principalobjectattributeaccess;

// A share is always of the same row and with the same principal.

bool gives_still(const access::Share& was, const access::Share* is) {
    return is != nullptr && (was.rights & ~is->rights) == 0 && is->expires >= was.expires;
}

bool gives_still(const access::ColumnShare& was, const access::ColumnShare* is) {
    return is != nullptr && (is->read || !was.read) && (is->update || !was.update);
}

}  // namespace

void SharesReliedOn::add(const storage::RowRef& share, const View& view) {
    const auto& planned = view.snapshot().planned;
    if (planned && planned->has(share)) return;
    const auto& facts = view.facts();
    if (share.table == principalobjectaccess.id) {
        if (const auto* found = facts.shares().find(share.id)) shares_.emplace(share.id, *found);
    } else if (const auto* found = facts.column_shares().find(share.id)) {
        column_shares_.emplace(share.id, *found);
    }
}

void SharesReliedOn::add(const access::Decision& decision, const View& view) {
    for (const auto& share : decision.shares()) add({share.table, share.id}, view);
}

void SharesReliedOn::add(const access::Scope& scope, const View& view) {
    for (const auto& share : scope.shares) add({principalobjectaccess.id, share}, view);
    for (const auto& other : scope.also) add(other, view);
}

void SharesReliedOn::add_to(ledger::Plan& plan, const View& view) const {
    if (all_) {
        plan.guards.ranges.push_back(storage::all_rows(principalobjectaccess));
        plan.guards.ranges.push_back(storage::all_rows(principalobjectattributeaccess));
    }
    if (shares_.empty() && column_shares_.empty()) return;
    for (const auto& [id, share] : shares_) {
        if (share.expires == Instant::max()) continue;
        plan.valid_until = std::min(plan.valid_until.value_or(share.expires), share.expires);
    }
    plan.still_holds = [relied = *this,
                        seen = view.facts().share_changes()](const ledger::Projection& projection) {
        const auto& facts = static_cast<const AccessProjection&>(projection).facts();
        if (facts.share_changes() == seen) return true;
        const auto still = [](const auto& all, const auto& rows) {
            return std::ranges::all_of(all, [&](const auto& one) {
                return gives_still(one.second, rows.find(one.first));
            });
        };
        return still(relied.shares_, facts.shares()) &&
               still(relied.column_shares_, facts.column_shares());
    };
}

}  // namespace rookery::messages
