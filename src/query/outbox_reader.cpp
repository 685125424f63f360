#include "query/outbox_reader.hpp"

#include "pipeline/services.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

constexpr std::uint64_t entries_counted_max = 100'000;

std::unique_ptr<storage::Cursor> whole_outbox(const View& view) {
    return view.store()->scan(ledger::whole_outbox(), storage::Order::ascending);
}

}  // namespace

Result<std::vector<ledger::OutboxEntry>> read_outbox(
    const View& view, schema::TableId table, const std::optional<Uuid>& after, std::size_t limit
) {
    auto first = ledger::outbox_key({table, Uuid{}});
    const auto end = storage::prefix_end(first.substr(0, ledger::outbox_prefix.size() + 2));
    // The least key above that of `after` is the same with a zero byte.
    if (after) first = ledger::outbox_key({table, *after}) + std::string(1, '\0');
    std::vector<ledger::OutboxEntry> entries;
    const auto cursor = view.store()->scan(
        {storage::Family::meta, std::move(first), end}, storage::Order::ascending
    );
    for (; cursor->valid() && entries.size() < limit; cursor->next()) {
        auto entry = ledger::parse_outbox_entry(cursor->key(), cursor->value());
        if (entry) entries.push_back(std::move(*entry));
    }
    ROOKERY_CHECK(cursor->status());
    return entries;
}

Result<std::optional<ledger::OutboxEntry>> outbox_entry(
    const View& view, const storage::RowRef& record
) {
    const auto key = ledger::outbox_key(record);
    ROOKERY_TRY(const auto stored, view.store()->get(storage::Family::meta, key));
    if (!stored) return std::nullopt;
    ROOKERY_TRY(const auto entry, ledger::parse_outbox_entry(key, *stored));
    return entry;
}

Result<Parked> read_parked(const View& view, std::size_t limit) {
    Parked out;
    const auto cursor = whole_outbox(view);
    for (; cursor->valid() && out.more < entries_counted_max; cursor->next()) {
        auto entry = ledger::parse_outbox_entry(cursor->key(), cursor->value());
        if (!entry || entry->state != ledger::OutboxState::parked) continue;
        if (out.entries.size() < limit) {
            out.entries.push_back(std::move(*entry));
        } else {
            ++out.more;
        }
    }
    ROOKERY_CHECK(cursor->status());
    return out;
}

Result<OutboxCounts> count_outbox(const View& view) {
    OutboxCounts counts;
    const auto cursor = whole_outbox(view);
    for (; cursor->valid(); cursor->next()) {
        if (counts.due + counts.parked + counts.damaged == entries_counted_max) {
            counts.at_least = true;
            break;
        }
        const auto entry = ledger::parse_outbox_entry(cursor->key(), cursor->value());
        if (!entry) {
            ++counts.damaged;
        } else if (entry->state == ledger::OutboxState::parked) {
            ++counts.parked;
        } else {
            ++counts.due;
            counts.oldest_due =
                std::min(counts.oldest_due.value_or(Instant::max()), entry->changed);
        }
    }
    ROOKERY_CHECK(cursor->status());
    return counts;
}

Result<bool> was_removed(const View& view, const storage::RowRef& record) {
    ROOKERY_TRY(
        const auto stored, view.store()->get(storage::Family::rows, storage::row_key(record))
    );
    if (!stored) return false;
    ROOKERY_TRY(
        const auto decoded,
        storage::decode(*schema::table(record.table), record.id, *stored, view.keys().authenticator)
    );
    return std::holds_alternative<storage::Tombstone>(decoded);
}

}  // namespace rookery::messages
