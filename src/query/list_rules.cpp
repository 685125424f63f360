#include "query/list_rules.hpp"

#include "base/integrity_failure.hpp"
#include "query/resolve.hpp"
#include "query/sort_key.hpp"
#include "storage/index_key.hpp"

#include <utility>

namespace rookery::messages {
namespace {

std::optional<Filter> resolved(const PlanBuilder& builder, const Query& query) {
    if (!query.filter) return std::nullopt;
    return resolve(*query.filter, {builder.facts(), builder.caller.user, builder.now});
}

}  // namespace

ListRules::ListRules(const PlanBuilder& builder, const Query& query)
    : scope_(access::scope(builder.caller, *query.table, schema::Right::read, builder.facts())),
      resolved_(resolved(builder, query)),
      order_(query.order),
      bin_(builder.services.bin),
      now_(builder.now),
      related_(builder) {
    builder.rely_on(scope_);
    if (resolved_) compiled_.emplace(*resolved_, &related_);
}

Result<bool> ListRules::admits(const storage::Row& row) {
    if (!compiled_) return true;
    ROOKERY_TRY(const auto truth, compiled_->judge(&row));
    return truth == Truth::yes;
}

Result<RowPtr> ListRules::kept_row(KeptPtr kept, std::string_view entry) const {
    if (!kept || storage::index_entry(*kept) != entry) return integrity_failure();
    const bool retained = kept->deletion.as == storage::KeptAs::retained;
    if (!retained && !lies_in_bin(kept->deletion, bin_, now_)) return nullptr;
    const auto* row = &kept->row;
    return RowPtr(std::move(kept), row);
}

Result<std::string> ListRules::sort_key_of(const storage::Row& row) {
    std::vector<RowPtr> kept;
    std::vector<const storage::Row*> held;
    held.reserve(order_.size());
    for (const auto& by : order_) {
        const auto* at = &row;
        for (const auto& hop : by.through) {
            const auto id = at == nullptr ? std::nullopt : led_to(hop, *at);
            if (!id) {
                at = nullptr;
                break;
            }
            ROOKERY_TRY(auto next, related_.readable(*hop.to, *id));
            at = next.get();
            kept.push_back(std::move(next));
        }
        held.push_back(at);
        storage::Value room;
        const auto* value = value_of(at, *by.column, room);
        const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
        if (text != nullptr) sorting_cost_ += text_cost(*text);
    }
    auto key = sort_key(order_, held, row.id);
    sorting_cost_ += cost::sorted + key.size();
    return key;
}

std::uint64_t ListRules::take_cost() {
    return std::exchange(sorting_cost_, 0) + (compiled_ ? compiled_->take_cost() : 0);
}

}  // namespace rookery::messages
