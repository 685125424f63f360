#include "query/hop_walk.hpp"

#include "base/integrity_failure.hpp"
#include "storage/index_key.hpp"
#include "storage/row_key.hpp"

#include <utility>

namespace rookery::messages {

using storage::Order;
using storage::RowRef;

std::optional<Uuid> led_to(const Hop& hop, const storage::Row& row) {
    const auto* value = row.find(hop.lookup->id);
    const auto* target = value == nullptr ? nullptr : std::get_if<RowRef>(value);
    if (target == nullptr || target->table != hop.to->id) return std::nullopt;
    return target->id;
}

Result<RowPtr> look_up(const PlanBuilder& builder, const schema::Table& table, const Uuid& id) {
    ROOKERY_CHECK(builder.work.spend(cost::row + cost::row_by_index));
    ROOKERY_TRY(auto found, builder.reading.peek(table, id));
    ROOKERY_CHECK(builder.work.spend(found.bytes * cost::row_byte));
    return std::move(found.row);
}

HopWalk::HopWalk(const PlanBuilder& builder, const Hop& hop, const storage::Row& of)
    : builder_(builder), hop_(hop), of_(of.ref()) {
    const auto& store = *builder.view.store();
    if (hop.lookup != nullptr) {
        one_ = led_to(hop, of);
    } else if (hop.back != nullptr && storage::is_indexed(*hop.back)) {
        entries_ = store.scan(storage::by_lookup(*hop.to, *hop.back, of_), Order::ascending);
    } else if (hop.back != nullptr) {
        all_rows_ = store.scan(storage::all_rows(*hop.to), Order::ascending);
    } else {
        const auto& pair = *hop.association;
        const bool first = of.table->name == pair.first;
        pairs_ = schema::table(pair.intersect);
        far_ = pairs_->column(first ? pair.second_column : pair.first_column);
        const auto* near = pairs_->column(first ? pair.first_column : pair.second_column);
        entries_ = store.scan(storage::by_lookup(*pairs_, *near, of_), Order::ascending);
    }
}

Result<std::optional<Member>> HopWalk::next() {
    if (!std::exchange(started_, true)) ROOKERY_CHECK(builder_.work.spend(cost::probe));
    if (hop_.lookup != nullptr) {
        const auto one = std::exchange(one_, std::nullopt);
        return one ? std::optional(Member{*one, {}}) : std::nullopt;
    }
    return hop_.back != nullptr ? next_child() : next_partner();
}

Result<std::optional<Member>> HopWalk::next_child() {
    if (entries_ != nullptr) {
        if (!entries_->valid()) {
            ROOKERY_CHECK(entries_->status());
            return std::nullopt;
        }
        ROOKERY_TRY(auto row, row_of_entry(*hop_.to, entries_->key()));
        entries_->next();
        const auto id = row->id;
        return Member{id, std::move(row)};
    }
    for (; all_rows_->valid(); all_rows_->next()) {
        const auto stored = all_rows_->value();
        ROOKERY_CHECK(builder_.work.spend(cost::row + stored.size() * cost::row_byte));
        ROOKERY_TRY(
            auto found, builder_.reading.decode(*hop_.to, storage::id_of(all_rows_->key()), stored)
        );
        const auto* value = found.row ? found.row->find(hop_.back->id) : nullptr;
        if (value == nullptr || *value != storage::Value(of_)) continue;
        all_rows_->next();
        const auto id = found.row->id;
        return Member{id, std::move(found.row)};
    }
    ROOKERY_CHECK(all_rows_->status());
    return std::nullopt;
}

Result<std::optional<Member>> HopWalk::next_partner() {
    if (!entries_->valid()) {
        ROOKERY_CHECK(entries_->status());
        return std::nullopt;
    }
    ROOKERY_TRY(const auto pair, row_of_entry(*pairs_, entries_->key()));
    entries_->next();
    const auto* value = pair->find(far_->id);
    const auto* partner = value == nullptr ? nullptr : std::get_if<RowRef>(value);
    if (partner == nullptr) return integrity_failure();
    return Member{partner->id, {}};
}

/// An entry that leads nowhere, or to a row that does not carry it, is damage.
Result<RowPtr> HopWalk::row_of_entry(const schema::Table& table, std::string_view entry) {
    ROOKERY_TRY(auto row, look_up(builder_, table, storage::id_of(entry)));
    if (row == nullptr || !storage::carries(*row, entry)) return integrity_failure();
    return row;
}

}  // namespace rookery::messages
