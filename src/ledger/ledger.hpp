// Ledger: makes Pendings durable, in one order, many at a time.
//
// One thread takes everything that was queued and flushed, checks each request's guards against the
// newest state, gives log indexes and versionnumbers, writes one synced batch
// (rows, indexes, events, outbox, state), publishes the new snapshot, and only then answers. What is in a
// batch, in which order, is decided in ticket_queue.hpp. If a write fails nothing is answered
// with success any more: the process must end (Options::on_failure).
#pragma once

#include "audit/log_writer.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "crypto/key_set.hpp"
#include "ledger/commit_result.hpp"
#include "ledger/pending.hpp"
#include "ledger/snapshot.hpp"
#include "ledger/vault_state.hpp"
#include "storage/store.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace rookery::ledger {

class Ledger {
 public:
    struct Options {
        std::size_t queue_events_max = 4096;
        std::size_t queue_bytes_max = 16U << 20;
        std::size_t batch_events_max = 1024;
        std::size_t batch_bytes_max = 4U << 20;
        std::chrono::microseconds gather_max{500};
        std::chrono::milliseconds deadline{2000};
        std::function<void(const Error&)> on_failure = {};  // called once, on the ledger's thread
    };

    /// Everything the ledger continues from; all references outlive it. `log` signs with the key of `keys`.
    struct Start {
        storage::Store& store;
        const Clock& clock;
        std::shared_ptr<const crypto::KeySet> keys;
        audit::LogWriter log;
        VaultState state;
        std::shared_ptr<const Projection> projection;
        std::shared_ptr<RowFreshness> freshness = {};  // told of every write; null: nobody is
    };

    Ledger(Start start, Options options);
    ~Ledger();

    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const;

    /// Whether somebody has to call flush(): the one who queued the first request of a batch.
    enum class Flush : bool { not_owed, owed };

    /// When a request was first planned. One that was told Stale comes again with the same time, and
    /// keeps its place among those that change access.
    using Since = std::chrono::steady_clock::time_point;

    /// Queues it and returns. The wait cannot be cancelled; the ledger ends it.
    [[nodiscard]] Flush commit(
        Pending pending, std::unique_ptr<Waiter> waiter,
        Since since = std::chrono::steady_clock::now()
    );
    /// Nobody has more requests at hand: the batch begins. It costs a sync and two task switches
    /// however many requests are in it, so whoever owes the flush queues first what else is ready. A
    /// batch that is large or has waited for Options::gather_max begins by itself.
    void flush();
    /// Waits. For the command line, jobs and tests.
    [[nodiscard]] CommitResult commit(
        Pending pending, Since since = std::chrono::steady_clock::now()
    );
    /// A request that was told Stale will not come again: nobody waits for its reserved turn.
    void withdraw(Since since);

    /// From now on requests are planned and the state is written with these keys, of a later epoch; they hold
    /// the older ones too. What was planned with the older ones is Stale. Returns once the state that names
    /// them is durable, and with it the entries that say what changed. Errc::invalid_argument for an epoch that is not later, or with another active key for
    /// signing the log or for the state's sums, which are over everything; unavailable when nothing can be
    /// written any more.
    [[nodiscard]] Result<void> replace_keys(
        std::shared_ptr<const crypto::KeySet> keys, const std::vector<audit::PreparedEvent>& events
    );

    /// Whether replace_keys would take them now: before their file is written, which nobody takes back.
    [[nodiscard]] Result<void> check_keys(const crypto::KeySet& keys) const;

    /// Waits for the batch in hand, if there is one. A waiter's executor may have run what done() gave
    /// it before done() is out of that executor: whoever destroys the executor waits here first.
    void await_batch() const;
    /// Why no commit is possible any more, if so.
    [[nodiscard]] Result<void> health() const;
    /// Finishes what is queued, then takes no more.
    void stop();

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::ledger
