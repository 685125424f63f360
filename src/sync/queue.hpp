// Queue: which record is pushed next. It walks the outbox in passes:
//   upserts:  applications, handles, secrets    a parent is there before its children
//   removals: secrets, handles, applications    an organization that cascades takes no child that moved on
// A phase begins when nothing of the one before is in flight. A record is in flight at most once; one
// that failed waits for its own time and holds up nobody. Memory is bounded: one page of the outbox,
// what is in flight, and at most delayed_max records that wait. Thread-safe.
#pragma once

#include "base/clock.hpp"
#include "base/thread_annotations.hpp"
#include "ledger/outbox.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace rookery::sync {

struct QueueItem {
    ledger::OutboxEntry entry;
    unsigned failures = 0;
    bool outcome_unknown = false;  // an earlier request may yet arrive: read back first
};

class Queue {
 public:
    static constexpr std::size_t page = 256;
    static constexpr std::size_t delayed_max = 65'536;

    /// Entries of a table after an id, ascending; empty at the end.
    using Read = std::function<std::vector<ledger::OutboxEntry>(
        schema::TableId table, const std::optional<Uuid>& after, std::size_t limit
    )>;

    Queue(Read read, const Clock& clock);

    /// Waits for a record; nothing once closed. It is in flight until finished or delayed.
    [[nodiscard]] std::optional<QueueItem> take();
    /// The same without waiting.
    [[nodiscard]] std::optional<QueueItem> try_take();
    /// A parent, out of its turn. Nothing when it is in flight or delayed.
    [[nodiscard]] std::optional<QueueItem> take(const ledger::OutboxEntry& entry);

    /// Out of flight; nothing more to do with this version.
    void finished(const storage::RowRef& record);
    /// Out of flight; not again before `when`. That its outcome is unknown stays with the record until it
    /// is finished.
    void delayed(const QueueItem& item, Instant when);

    /// Walks the outbox again when this walk has ended: something changed.
    void changed();
    /// changed(), if a record's time has come.
    void wake_delayed();
    /// Every delay is over; what is unknown stays so.
    void forget_delays();
    void close();

 private:
    struct Delay {
        Instant until;
        unsigned failures = 0;
        bool outcome_unknown = false;
        bool resting = false;  // kept for outcome_unknown alone: nothing of the record is due
    };

    [[nodiscard]] std::optional<QueueItem> next() ROOKERY_REQUIRES(mutex_);
    void fill() ROOKERY_REQUIRES(mutex_);
    void end_walk() ROOKERY_REQUIRES(mutex_);
    [[nodiscard]] QueueItem start(const ledger::OutboxEntry& entry) ROOKERY_REQUIRES(mutex_);

    Read read_;
    const Clock& clock_;
    Mutex mutex_;
    std::condition_variable moved_;
    std::size_t phase_ ROOKERY_GUARDED_BY(mutex_);
    Instant walk_began_ ROOKERY_GUARDED_BY(mutex_){};
    std::optional<Uuid> after_ ROOKERY_GUARDED_BY(mutex_);
    bool phase_read_ ROOKERY_GUARDED_BY(mutex_) = false;
    std::deque<ledger::OutboxEntry> ready_ ROOKERY_GUARDED_BY(mutex_);
    std::set<storage::RowRef> in_flight_ ROOKERY_GUARDED_BY(mutex_);
    std::map<storage::RowRef, Delay> delays_ ROOKERY_GUARDED_BY(mutex_);
    bool again_ ROOKERY_GUARDED_BY(mutex_) = true;
    bool all_unknown_ ROOKERY_GUARDED_BY(mutex_
    ) = false;  // there was no room to remember which ones are
    bool closed_ ROOKERY_GUARDED_BY(mutex_) = false;
};

}  // namespace rookery::sync
