#include "sync/queue.hpp"

#include "schema/known_tables.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rookery::sync {
namespace {

using ledger::OutboxOperation;

struct Phase {
    const schema::Table* table;
    OutboxOperation operation;
};

constexpr Phase phases[] = {
    {&schema::known::msdyn_octwitterapplication, OutboxOperation::upsert},
    {&schema::known::msdyn_octwitterhandle, OutboxOperation::upsert},
    {&schema::known::msdyn_octwitterhandlesecret, OutboxOperation::upsert},
    {&schema::known::msdyn_octwitterhandlesecret, OutboxOperation::remove},
    {&schema::known::msdyn_octwitterhandle, OutboxOperation::remove},
    {&schema::known::msdyn_octwitterapplication, OutboxOperation::remove},
};

}  // namespace

Queue::Queue(Read read, const Clock& clock)
    : read_(std::move(read)), clock_(clock), phase_(std::size(phases)) {}

std::optional<QueueItem> Queue::take() {
    const MutexLock lock(mutex_);
    while (!closed_) {
        if (auto item = next()) return item;
        lock.wait(moved_);
    }
    return std::nullopt;
}

std::optional<QueueItem> Queue::try_take() {
    const MutexLock lock(mutex_);
    return closed_ ? std::nullopt : next();
}

std::optional<QueueItem> Queue::take(const ledger::OutboxEntry& entry) {
    const MutexLock lock(mutex_);
    if (closed_ || in_flight_.count(entry.record) != 0) return std::nullopt;
    const auto delay = delays_.find(entry.record);
    if (delay != delays_.end() && !delay->second.resting && delay->second.until > clock_.now()) {
        return std::nullopt;
    }
    return start(entry);
}

/// Walks on as far as there is something to push, or to where the walk has to wait.
std::optional<QueueItem> Queue::next() {
    while (true) {
        while (!ready_.empty()) {
            const auto entry = ready_.front();
            ready_.pop_front();
            // Taken out of its turn since the page was read.
            if (in_flight_.count(entry.record) == 0) return start(entry);
        }
        if (phase_ < std::size(phases) && !phase_read_) {
            fill();
            continue;
        }
        if (!in_flight_.empty()) return std::nullopt;
        if (phase_ < std::size(phases)) {
            if (++phase_ == std::size(phases)) end_walk();
        } else if (again_) {
            again_ = false;
            phase_ = 0;
            walk_began_ = clock_.now();
        } else {
            return std::nullopt;
        }
        after_.reset();
        phase_read_ = false;
    }
}

/// A record whose time had come when the walk began, and which the walk did not meet, is not due.
void Queue::end_walk() {
    for (auto at = delays_.begin(); at != delays_.end();) {
        auto& delay = at->second;
        const bool missed = delay.until < walk_began_;
        delay.resting = delay.resting || missed;
        at = missed && !delay.outcome_unknown ? delays_.erase(at) : std::next(at);
    }
}

void Queue::fill() {
    const auto& phase = phases[phase_];
    const auto entries = read_(phase.table->id, after_, page);
    phase_read_ = entries.size() < page;
    if (entries.empty()) return;
    after_ = entries.back().record.id;
    const auto now = clock_.now();
    for (const auto& entry : entries) {
        if (entry.operation != phase.operation || entry.state != ledger::OutboxState::due) continue;
        const auto delay = delays_.find(entry.record);
        const bool waits =
            delay != delays_.end() && !delay->second.resting && delay->second.until > now;
        if (!waits) ready_.push_back(entry);
    }
}

QueueItem Queue::start(const ledger::OutboxEntry& entry) {
    in_flight_.insert(entry.record);
    QueueItem item{entry, 0, all_unknown_};
    if (const auto delay = delays_.find(entry.record); delay != delays_.end()) {
        item.failures = delay->second.failures;
        item.outcome_unknown = item.outcome_unknown || delay->second.outcome_unknown;
    }
    return item;
}

void Queue::finished(const storage::RowRef& record) {
    const MutexLock lock(mutex_);
    in_flight_.erase(record);
    delays_.erase(record);
    moved_.notify_all();
}

void Queue::delayed(const QueueItem& item, Instant when) {
    const MutexLock lock(mutex_);
    in_flight_.erase(item.entry.record);
    if (delays_.size() < delayed_max || delays_.count(item.entry.record) != 0) {
        delays_[item.entry.record] = {when, item.failures, item.outcome_unknown, false};
    } else {
        all_unknown_ = all_unknown_ || item.outcome_unknown;
    }
    moved_.notify_all();
}

void Queue::changed() {
    const MutexLock lock(mutex_);
    again_ = true;
    moved_.notify_all();
}

void Queue::wake_delayed() {
    const MutexLock lock(mutex_);
    const auto now = clock_.now();
    for (const auto& [record, delay] : delays_) {
        if (delay.resting || delay.until > now || in_flight_.contains(record)) continue;
        again_ = true;
        moved_.notify_all();
        return;
    }
}

void Queue::forget_delays() {
    const MutexLock lock(mutex_);
    for (auto& [record, delay] : delays_) delay.until = Instant{};
    again_ = true;
    moved_.notify_all();
}

void Queue::close() {
    const MutexLock lock(mutex_);
    closed_ = true;
    moved_.notify_all();
}

}  // namespace rookery::sync
