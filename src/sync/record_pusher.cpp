#include "sync/record_pusher.hpp"

#include "schema/known_tables.hpp"
#include "sync/owner_of.hpp"

#include <algorithm>
#include <utility>

namespace rookery::sync {
namespace {

using namespace std::chrono_literals;
using ledger::OutboxEntry;
using ledger::OutboxOperation;
using ledger::OutboxState;

constexpr auto parent_wait = 500ms;
constexpr unsigned depth_max = 2;  // secret, handle, application

/// A parent does not stay in flight when something is thrown on its way.
class Flight {
 public:
    Flight(Queue& queue, const QueueItem& item) : queue_(queue), item_(item) {}

    ~Flight() {
        if (!landed_) queue_.delayed(item_, Instant{});
    }

    Flight(const Flight&) = delete;
    Flight& operator=(const Flight&) = delete;

    void landed() { landed_ = true; }

 private:
    Queue& queue_;
    const QueueItem& item_;
    bool landed_ = false;
};

}  // namespace

PushDisposition RecordPusher::process(QueueItem item, unsigned depth) {
    const auto entry = shared_.client.entry(item.entry.record);
    if (!entry) return shared_.outcomes.held_up(item, entry.error());
    if (shared_.gate.shut_until()) return waits(item);
    if (!*entry || (*entry)->state != OutboxState::due) {
        shared_.queue.finished(item.entry.record);
        return PushDisposition::finished;
    }
    const bool turned = (*entry)->operation != item.entry.operation;
    item.entry = **entry;
    if (turned) return waits(item);  // its phase comes
    return item.entry.operation == OutboxOperation::remove ? remove(item) : upsert(item, depth);
}

PushDisposition RecordPusher::remove(const QueueItem& item) {
    const auto& record = item.entry.record;
    // An entry carries no tag, a tombstone does: on an entry's word alone nothing is deleted there.
    const auto removed = shared_.client.removed(record);
    if (!removed) return shared_.outcomes.held_up(item, removed.error());
    if (!*removed) return shared_.outcomes.contradicted(item, PushOperation::remove);
    const auto result = push_.remove(*schema::table(record.table), record.id, before(item));
    return shared_.outcomes.handle(item, result, nullptr);
}

PushDisposition RecordPusher::upsert(const QueueItem& item, unsigned depth) {
    const auto& record = item.entry.record;
    const auto& table = *schema::table(record.table);
    const auto loaded = shared_.client.load(record);
    if (!loaded) return shared_.outcomes.held_up(item, loaded.error());
    if (loaded->row == nullptr) return without_record(item);
    const auto payload = payload_for(*loaded->row);
    if (!due_parents_first(payload, depth)) return waits(item, parent_wait);

    const auto begin =
        loaded->row->row->row_version == 1 ? PushOperation::create : PushOperation::update;
    auto known = before(item);
    // A create that comes late finds the record there and does nothing.
    if (begin == PushOperation::create) known.outcome_unknown = item.outcome_unknown;
    auto result = push_.upsert(table, record.id, payload, begin, known);
    if (result.ending == Ending::referenced_missing && !payload.parents.empty()) {
        for (const auto& parent : payload.parents) {
            if (!push_again(parent)) return waits(item, parent_wait);
        }
        result = push_.upsert(table, record.id, payload, PushOperation::update, known);
    }
    return shared_.outcomes.handle(item, result, &payload);
}

PushDisposition RecordPusher::without_record(const QueueItem& item) {
    // It was removed a moment ago, and the entry says so; or else nothing here wrote it.
    const auto now = shared_.client.entry(item.entry.record);
    if (!now) return shared_.outcomes.held_up(item, now.error());
    if (*now && (*now)->versionnumber == item.entry.versionnumber) {
        return shared_.outcomes.contradicted(item, PushOperation::update);
    }
    return waits(item);
}

bool RecordPusher::due_parents_first(const Payload& payload, unsigned depth) {
    if (depth >= depth_max) return true;
    for (const auto& parent : payload.parents) {
        const auto entry = shared_.client.entry(parent);
        if (!entry) return false;
        if (!*entry || (*entry)->state != OutboxState::due ||
            (*entry)->operation != OutboxOperation::upsert) {
            continue;
        }
        const auto item = shared_.queue.take(**entry);
        if (!item) return false;
        Flight flight(shared_.queue, *item);
        const auto disposition = process(*item, depth + 1);
        flight.landed();
        if (disposition == PushDisposition::waits) return false;
    }
    return true;
}

bool RecordPusher::push_again(const storage::RowRef& parent) {
    auto item =
        shared_.queue.take(OutboxEntry{parent, 0, OutboxOperation::upsert, OutboxState::due, {}});
    if (!item) return false;
    Flight flight(shared_.queue, *item);
    const auto loaded = shared_.client.load(parent);
    if (!loaded || loaded->row == nullptr) {
        waits(*item);
        flight.landed();
        return loaded.has_value();  // gone here as well: the child's next version says so
    }
    item->entry.versionnumber = loaded->row->row->versionnumber;
    const auto payload = payload_for(*loaded->row);
    const auto result = push_.upsert(
        *schema::table(parent.table), parent.id, payload, PushOperation::create, before(*item)
    );
    const auto disposition = shared_.outcomes.handle(*item, result, &payload);
    flight.landed();
    return disposition != PushDisposition::waits;
}

Payload RecordPusher::payload_for(const messages::ShownRow& row) const {
    const auto view = shared_.vault.view();
    return payload_of(row, owner_of(row, shared_.options.owners, view.facts()));
}

Before RecordPusher::before(const QueueItem& item) const {
    return {
        .outcome_unknown =
            item.outcome_unknown || shared_.vault.clock().now() < shared_.earlier_requests_end,
        .created_by_us = shared_.created_records.contains(item.entry.record)};
}

PushDisposition RecordPusher::waits(const QueueItem& item, std::chrono::milliseconds wait) {
    shared_.queue.delayed(item, shared_.vault.clock().now() + wait);
    return PushDisposition::waits;
}

}  // namespace rookery::sync
