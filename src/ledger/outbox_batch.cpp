#include "ledger/outbox_batch.hpp"

namespace rookery::ledger {

Result<void> OutboxBatch::put(const OutboxEntry& entry) {
    return replace(outbox_key(entry.record), outbox_value(entry));
}

Result<void> OutboxBatch::remove(const storage::RowRef& record) {
    return replace(outbox_key(record), std::nullopt);
}

Result<void> OutboxBatch::apply(const OutboxChange& change) {
    const auto key = outbox_key(change.record);
    if (changed_.contains(key)) return {};
    ROOKERY_TRY(const auto stored, before_.get(storage::Family::meta, key));
    if (!stored) return {};
    auto entry = parse_outbox_entry(key, *stored);
    if (!entry || entry->versionnumber != change.versionnumber) return {};
    if (change.to == OutboxChange::To::removed) return remove(change.record);
    entry->state = change.to == OutboxChange::To::parked ? OutboxState::parked : OutboxState::due;
    return put(*entry);
}

Result<void> OutboxBatch::replace(std::string key, std::optional<std::string> value) {
    std::optional<std::string> was;
    if (const auto found = changed_.find(key); found != changed_.end()) {
        was = found->second;
    } else {
        ROOKERY_TRY(was, before_.get(storage::Family::meta, key));
    }
    if (was) digest_.subtract(authenticator_.outbox_summand(key, *was));
    if (value) digest_.add(authenticator_.outbox_summand(key, *value));
    changed_.insert_or_assign(std::move(key), std::move(value));
    return {};
}

void OutboxBatch::write() const {
    for (const auto& [key, value] : changed_) {
        if (value) {
            commit_.put(storage::Family::meta, key, *value);
        } else {
            commit_.remove(storage::Family::meta, key);
        }
    }
}

}  // namespace rookery::ledger
