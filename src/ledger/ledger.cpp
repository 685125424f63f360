#include "ledger/ledger.hpp"

#include "ledger/outbox_batch.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>

namespace rookery::ledger {
namespace {

using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Batches that raise no access epoch after one that did: enough for every request that lost its
/// race to be planned again and committed.
constexpr int batches_of_rest = 2;

/// How long a raise waits for other requests when it is alone in the queue and rest is due.
constexpr auto rest_wait = 1ms;

/// How long younger raises are held for the oldest one, which lost a race and is planned again.
constexpr auto comeback_wait = 20ms;

/// A batch of this many events gains nothing from growing.
constexpr std::size_t gather_events = 64;

struct Ticket {
    Plan plan;
    std::unique_ptr<Waiter> waiter;
    Steady::time_point queued;
    Steady::time_point since;  // first attempt
    std::size_t bytes = 0;
    bool raises = false;
};

std::size_t size_of(const Plan& plan) {
    std::size_t bytes = 0;
    for (const auto& write : plan.writes) {
        bytes += write.encoded.value.size();
        for (const auto& key : write.index_puts) bytes += key.size();
    }
    bytes += plan.settlements.size() * sizeof(OutboxSettlement);
    for (const auto& event : plan.events) bytes += event.core_row.size() + event.priv_row.size();
    return bytes;
}

void patch_versionnumber(storage::EncodedRow& row, std::uint64_t versionnumber) {
    for (int i = 0; i < 8; ++i) {
        row.value[row.versionnumber_offset + static_cast<std::size_t>(i)] =
            static_cast<char>(versionnumber >> (56 - 8 * i));
    }
}

/// The engine's view of one request's writes.
storage::Changes changes_of(const Plan& plan) {
    storage::Changes changes;
    for (const auto& write : plan.writes) {
        auto key = storage::row_key(write.ref);
        if (write.encoded.value.empty()) {
            changes.removals.push_back({storage::Family::rows, std::move(key)});
        } else {
            changes.puts.push_back({storage::Family::rows, std::move(key), write.encoded.value});
        }
        for (const auto& entry : write.index_removals) {
            changes.removals.push_back({storage::Family::rowidx, entry});
        }
        for (const auto& entry : write.index_puts) {
            changes.puts.push_back({storage::Family::rowidx, entry, {}});
        }
    }
    // In ascending order the engine finds each place from the one before it.
    std::ranges::stable_sort(changes.puts, [](const storage::Put& a, const storage::Put& b) {
        return a.family != b.family ? a.family < b.family : a.key < b.key;
    });
    return changes;
}

class BlockingWaiter final : public Waiter {
 public:
    explicit BlockingWaiter(std::promise<CommitResult>& promise) : promise_(promise) {}

    void done(CommitResult result) noexcept override { promise_.set_value(std::move(result)); }

 private:
    std::promise<CommitResult>& promise_;
};

std::uint32_t digest_version(const crypto::KeySet& keys) {
    return keys.keyring.active<crypto::Purpose::digest>().name.version;
}

Error unavailable(std::string message) {
    return {Errc::unavailable, std::move(message), "try again later", {}};
}

}  // namespace

bool Plan::raises_access_epoch() const {
    return std::ranges::any_of(writes, &RowWrite::access_fact);
}

class Ledger::Impl {
 public:
    Impl(Start start, Options options)
        : store_(start.store),
          clock_(start.clock),
          keys_(std::move(start.keys)),
          log_(std::move(start.log)),
          state_(start.state),
          projection_(std::move(start.projection)),
          options_(std::move(options)),
          checkpoint_(log_.opening_checkpoint()) {
        publish();
        thread_ = std::thread([this] { run(); });
    }

    ~Impl() { stop(); }

    std::shared_ptr<const Snapshot> snapshot() const {
        const std::lock_guard lock(snapshot_mutex_);
        return snapshot_;
    }

    Flush commit(Plan plan, std::unique_ptr<Waiter> waiter, Steady::time_point since) {
        Ticket ticket{std::move(plan), std::move(waiter), Steady::now(), since, 0, false};
        ticket.bytes = size_of(ticket.plan);
        ticket.raises = ticket.plan.raises_access_epoch();
        {
            const std::lock_guard lock(queue_mutex_);
            if (awaited_ && awaited_->since == since) awaited_.reset();
            if (!refusal_ &&
                queued_events_ + ticket.plan.events.size() <= options_.queue_events_max &&
                queued_bytes_ + ticket.bytes <= options_.queue_bytes_max) {
                queued_events_ += ticket.plan.events.size();
                queued_bytes_ += ticket.bytes;
                const auto queued = ticket.queued;
                queue_.push_back(std::move(ticket));
                if (queued_events_ >= gather_events ||
                    queued - queue_.front().queued >= options_.gather_max) {
                    begin_batch();
                }
                return std::exchange(flush_owed_, true) ? Flush::not_owed : Flush::owed;
            }
        }
        ticket.waiter->done(refusal_reason());
        return Flush::not_owed;
    }

    void flush() {
        const std::lock_guard lock(queue_mutex_);
        flush_owed_ = false;
        if (!queue_.empty()) begin_batch();
    }

    void withdraw(Steady::time_point since) {
        const std::lock_guard lock(queue_mutex_);
        if (!awaited_ || awaited_->since != since) return;
        awaited_.reset();
        queue_changed_.notify_one();
    }

    std::string checkpoint() const {
        const std::lock_guard lock(snapshot_mutex_);
        return checkpoint_;
    }

    void await_batch() const { const std::lock_guard lock(batch_mutex_); }

    Result<void> replace_keys(std::shared_ptr<const crypto::KeySet> keys) {
        const std::lock_guard between_batches(batch_mutex_);
        ROOKERY_CHECK(health());
        if (keys->epoch() <= keys_->epoch()) {
            return fail(Errc::invalid_argument, "the keys are not of a later epoch");
        }
        if (keys->signing.public_key() != keys_->signing.public_key()) {
            return fail(Errc::invalid_argument, "the keys sign the log with another key");
        }
        if (digest_version(*keys) != digest_version(*keys_)) {
            return fail(Errc::invalid_argument, "the state's sums are under another key");
        }
        log_.sign_with(keys->signing);
        {
            const std::lock_guard lock(queue_mutex_);
            keys_ = std::move(keys);
        }
        auto commit = store_.begin();
        finish(*commit, state_, std::nullopt);
        if (auto written = commit->write(); !written) {
            fail_closed(written.error(), {}, {});
            return fail(refusal_reason());
        }
        commit.reset();
        publish();
        return {};
    }

    Result<void> health() const {
        const std::lock_guard lock(queue_mutex_);
        if (refusal_) return fail(*refusal_);
        return {};
    }

    void stop() {
        {
            const std::lock_guard lock(queue_mutex_);
            stopping_ = true;
            if (!refusal_) refusal_ = unavailable("the vault is stopping");
            queue_changed_.notify_one();
        }
        if (thread_.joinable()) thread_.join();
    }

 private:
    /// Precondition: the queue is locked and not empty.
    void begin_batch() {
        if (!std::exchange(flushed_, true)) queue_changed_.notify_one();
    }

    Error refusal_reason() const {
        const std::lock_guard lock(queue_mutex_);
        return refusal_ ? *refusal_ : unavailable("too many requests are waiting for the log");
    }

    void run() {
        for (;;) {
            auto batch = take();
            const std::lock_guard in_hand(batch_mutex_);
            if (batch.empty()) {
                // An orderly end leaves no entry that only the process vouched for.
                if (done()) return publish_alone(log_.final_checkpoint(clock_.now()));
                publish_alone(log_.due_checkpoint(clock_.now()));
                continue;
            }
            commit_batch(std::move(batch));
        }
    }

    bool done() const {
        const std::lock_guard lock(queue_mutex_);
        return stopping_ && queue_.empty();
    }

    /// Waits for work and takes a batch of it: reads first, then writes, then at most one that raises
    /// the access epoch. Empty when there is nothing but a checkpoint to publish, or at the end.
    std::vector<Ticket> take() {
        std::unique_lock lock(queue_mutex_);
        queue_changed_.wait_for(lock, 1s, [&] { return flushed_ || stopping_; });
        flushed_ = false;
        if (queue_.empty()) return {};
        await_turn(lock);
        return take_batch();
    }

    /// With nothing but raises at hand: until the next one of them may be taken, or something else
    /// has come. Both waits are short and bounded.
    void await_turn(std::unique_lock<std::mutex>& lock) {
        if (only_raises() && held()) {
            const auto until = awaited_->until;
            queue_changed_.wait_until(lock, until, [&] { return !only_raises() || !held(); });
        }
        if (rest_ == 0 || !only_raises() || held() || superseded(*oldest_raise())) return;
        queue_changed_.wait_for(lock, rest_wait, [&] { return !only_raises() || stopping_; });
        if (only_raises()) rest_ = 0;  // nobody was waiting for the rest
    }

    bool only_raises() const {
        return std::ranges::all_of(queue_, [](const Ticket& ticket) { return ticket.raises; });
    }

    /// The raise whose request came first, however often it was planned; null without any.
    const Ticket* oldest_raise() const {
        const Ticket* oldest = nullptr;
        for (const auto& ticket : queue_) {
            if (ticket.raises && (oldest == nullptr || ticket.since < oldest->since)) {
                oldest = &ticket;
            }
        }
        return oldest;
    }

    /// Whether raises wait for an older one that lost a race and is planned again.
    bool held() const {
        if (!awaited_ || stopping_ || Steady::now() >= awaited_->until) return false;
        const auto* oldest = oldest_raise();
        return oldest != nullptr && awaited_->since < oldest->since;
    }

    /// The one raise that the next batch may take. Others stay in the queue even when they are stale
    /// already: planned again before their turn they would only lose once more. So a request loses
    /// to raises once, however many there are.
    const Ticket* next_raise() const {
        if (held()) return nullptr;
        const auto* oldest = oldest_raise();
        // To be told that it is stale it needs no rest.
        return oldest != nullptr && (rest_ == 0 || superseded(*oldest)) ? oldest : nullptr;
    }

    /// Rights have changed since it was decided.
    bool superseded(const Ticket& ticket) const {
        const auto& plan = ticket.plan;
        return plan.relies_on_access &&
               (plan.access_epoch != state_.access_epoch || plan.keyring_epoch != keys_->epoch());
    }

    std::vector<Ticket> take_batch() {
        const auto* const next = next_raise();
        std::vector<Ticket> reads;
        std::vector<Ticket> writes;
        std::optional<Ticket> raise;
        std::deque<Ticket> left;
        std::size_t events = 0;
        std::size_t bytes = 0;
        for (auto& ticket : queue_) {
            const bool fits =
                events == 0 || (events + ticket.plan.events.size() <= options_.batch_events_max &&
                                bytes + ticket.bytes <= options_.batch_bytes_max);
            if (!fits || (ticket.raises && &ticket != next)) {
                left.push_back(std::move(ticket));
                continue;
            }
            events += ticket.plan.events.size();
            bytes += ticket.bytes;
            if (ticket.raises) {
                raise = std::move(ticket);
            } else if (ticket.plan.writes.empty()) {
                reads.push_back(std::move(ticket));
            } else {
                writes.push_back(std::move(ticket));
            }
        }
        queue_ = std::move(left);
        flushed_ = !queue_.empty();  // what is left has waited enough
        queued_events_ -= events;
        queued_bytes_ -= bytes;

        auto batch = std::move(reads);
        std::ranges::move(writes, std::back_inserter(batch));
        if (raise) batch.push_back(std::move(*raise));
        return batch;
    }

    /// Why this request cannot be committed as planned, if so.
    std::optional<CommitResult> outdated(const Ticket& ticket, Instant now) const {
        const auto& plan = ticket.plan;
        if (Steady::now() - ticket.queued > options_.deadline) {
            return Error{
                Errc::deadline, "the log could not be written in time", "try again later", {}};
        }
        if (plan.valid_until && *plan.valid_until <= now) return Stale{};
        if (superseded(ticket)) return Stale{};
        return std::nullopt;
    }

    /// Answers one that is not committed.
    void turn_away(Ticket& ticket, CommitResult why) {
        if (ticket.raises && std::holds_alternative<Stale>(why)) {
            const std::lock_guard lock(queue_mutex_);
            awaited_ = Awaited{ticket.since, Steady::now() + comeback_wait};
        }
        ticket.waiter->done(std::move(why));
    }

    void commit_batch(std::vector<Ticket> batch) {
        const auto now = clock_.now();
        const auto log_now = log_.log_time(now);
        const auto judged_now = log_.judged_time(now);
        std::vector<Ticket> current;
        current.reserve(batch.size());
        for (auto& ticket : batch) {
            if (auto why = outdated(ticket, judged_now)) {
                turn_away(ticket, std::move(*why));
            } else {
                current.push_back(std::move(ticket));
            }
        }
        if (current.empty()) return;

        auto commit = store_.begin();
        auto next_state = state_;
        std::vector<std::uint64_t> first_versionnumber(current.size());
        std::vector<storage::Changes> changes(current.size());
        std::vector<storage::Unit> units(current.size());
        for (std::size_t i = 0; i < current.size(); ++i) {
            auto& plan = current[i].plan;
            first_versionnumber[i] = next_state.versionnumber + 1;
            for (auto& write : plan.writes) {
                ++next_state.versionnumber;
                if (!write.encoded.value.empty()) {
                    patch_versionnumber(write.encoded, next_state.versionnumber);
                }
            }
            changes[i] = changes_of(plan);
            units[i] = {&plan.guards, &changes[i]};
        }
        const auto checked = commit->check(units);
        if (!checked) {
            const std::vector<bool> all(current.size(), true);
            return fail_closed(checked.error(), std::move(current), all);
        }
        const auto& holds = *checked;

        std::vector<std::uint64_t> first_index(current.size());
        std::vector<const RowWrite*> facts;
        const auto before = store_.view();
        OutboxBatch outbox(*before, *commit, keys_->authenticator, next_state.outbox_digest);
        auto written = Result<void>{};
        for (std::size_t i = 0; i < current.size() && written; ++i) {
            if (!holds[i]) continue;
            first_index[i] = log_.size();
            written = append(*commit, current[i].plan, log_now);
            if (written) {
                written = account(
                    outbox, current[i].plan, first_versionnumber[i], log_now, next_state, facts
                );
            }
        }
        if (written) written = settle(*before, outbox, current, holds);
        if (written) {
            next_state.log_size = log_.size();
            next_state.log_root = log_.root();
            if (!facts.empty()) ++next_state.access_epoch;
            finish(*commit, next_state, log_.due_checkpoint(clock_.now()));
            written = commit->write();
        }
        if (written) written = log_.mark_durable();
        if (!written) return fail_closed(written.error(), std::move(current), holds);

        const bool raised = next_state.access_epoch != state_.access_epoch;
        state_ = next_state;
        if (raised) projection_ = projection_->with(facts);
        commit.reset();
        publish();
        for (std::size_t i = 0; i < current.size(); ++i) {
            if (holds[i] && current[i].plan.on_durable) current[i].plan.on_durable();
        }
        rest_ = raised ? batches_of_rest : std::max(0, rest_ - 1);

        for (std::size_t i = 0; i < current.size(); ++i) {
            auto& ticket = current[i];
            if (!holds[i]) {
                turn_away(ticket, Stale{});
            } else {
                ticket.waiter->done(
                    Receipt(first_index[i], first_versionnumber[i], std::move(ticket.plan.reply))
                );
            }
        }
    }

    Result<void> append(storage::Commit& commit, const Plan& plan, Instant log_now) {
        for (const auto& event : plan.events) {
            ROOKERY_TRY(const auto row, log_.append(event, log_now));
            commit.put(storage::Family::log, row.key, row.value);
        }
        return {};
    }

    /// Outbox entries, counts, digests and access facts of one accepted request.
    Result<void> account(
        OutboxBatch& outbox, const Plan& plan, std::uint64_t versionnumber, Instant log_now,
        VaultState& state, std::vector<const RowWrite*>& facts
    ) const {
        for (const auto& write : plan.writes) {
            ByteArray<32> digest_plus{};
            // Only here is the versionnumber known, which is in it too.
            if (!write.encoded.value.empty()) {
                ROOKERY_TRY(
                    digest_plus,
                    storage::digest_summand(write.ref, write.encoded.value, keys_->authenticator)
                );
            }
            state.live_rows += static_cast<std::uint64_t>(write.live_change);
            state.digest.subtract(write.digest_minus);
            state.digest.add(digest_plus);
            if (write.outbox != OutboxOperation::none) {
                ROOKERY_CHECK(
                    outbox.put({write.ref, versionnumber, write.outbox, OutboxState::due, log_now})
                );
            }
            if (write.access_fact) {
                state.fact_digest.subtract(write.digest_minus);
                state.fact_digest.add(digest_plus);
                facts.push_back(&write);
            }
            ++versionnumber;
        }
        return {};
    }

    /// What the accepted requests settle in the outbox. A record that this batch changes keeps the
    /// entry of its change, wherever in the batch the two stand.
    static Result<void> settle(
        const storage::StoreView& before, OutboxBatch& outbox, const std::vector<Ticket>& batch,
        const std::vector<bool>& holds
    ) {
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (!holds[i]) continue;
            for (const auto& settlement : batch[i].plan.settlements) {
                if (outbox.has(settlement.record)) continue;
                const auto key = outbox_key(settlement.record);
                ROOKERY_TRY(const auto stored, before.get(storage::Family::meta, key));
                if (!stored) continue;
                auto entry = parse_outbox_entry(key, *stored);
                if (!entry || entry->versionnumber != settlement.versionnumber) continue;
                if (settlement.to == OutboxSettlement::To::removed) {
                    ROOKERY_CHECK(outbox.remove(settlement.record));
                    continue;
                }
                const bool parked = settlement.to == OutboxSettlement::To::parked;
                entry->state = parked ? OutboxState::parked : OutboxState::due;
                ROOKERY_CHECK(outbox.put(*entry));
            }
        }
        return {};
    }

    /// What ends every batch: the checkpoint of the last durable state, if one is due, and the two state
    /// rows, which know of it.
    void finish(
        storage::Commit& commit, VaultState& state, const std::optional<audit::LogRow>& note
    ) {
        if (note) {
            commit.put(storage::Family::log, note->key, note->value);
            const std::lock_guard lock(snapshot_mutex_);
            checkpoint_ = note->value;
        }
        const auto row = log_.state_row();
        commit.put(storage::Family::log, row.key, row.value);
        state.checkpoint_size = log_.checkpoint_size();
        commit.put(storage::Family::meta, vault_state_key, encode(state, keys_->authenticator));
    }

    /// Nothing is waiting: stores the signed checkpoint of what is durable, if there is one.
    void publish_alone(const std::optional<audit::LogRow>& note) {
        if (!note || failed_) return;
        auto commit = store_.begin();
        finish(*commit, state_, note);
        if (auto written = commit->write(); !written) fail_closed(written.error(), {}, {});
    }

    /// A failed write: nobody gets a success, and no more work is taken. Never retried: a batch that
    /// failed may still be found after a restart, which is fine, since its clients got nothing.
    void fail_closed(
        const Error& error, std::vector<Ticket> batch, const std::vector<bool>& holds
    ) {
        // Callers learn that, the operator learns why: the engine's text may name paths.
        const Error reason{
            Errc::unavailable, "the audit log cannot be written", "see the server's log", {}};
        failed_ = true;
        std::deque<Ticket> waiting;
        {
            const std::lock_guard lock(queue_mutex_);
            refusal_ = reason;
            waiting.swap(queue_);
            queued_events_ = 0;
            queued_bytes_ = 0;
        }
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (holds[i]) {
                batch[i].waiter->done(reason);
            } else {
                batch[i].waiter->done(Stale{});
            }
        }
        for (auto& ticket : waiting) ticket.waiter->done(reason);
        if (options_.on_failure) options_.on_failure(error);
    }

    void publish() {
        auto next = std::make_shared<Snapshot>();
        next->store = store_.view();
        next->projection = projection_;
        next->access_epoch = state_.access_epoch;
        next->keys = keys_;
        next->keyring_epoch = keys_->epoch();
        next->log_size = state_.log_size;
        next->versionnumber = state_.versionnumber;
        const std::lock_guard lock(snapshot_mutex_);
        snapshot_ = std::move(next);
    }

    storage::Store& store_;
    const Clock& clock_;

    std::shared_ptr<const crypto::KeySet> keys_;  // changes under both mutexes of batch and queue

    // Under batch_mutex_.
    audit::LogWriter log_;
    VaultState state_;
    std::shared_ptr<const Projection> projection_;
    int rest_ = 0;
    bool failed_ = false;

    const Options options_;

    /// Held while a batch is committed and answered, or keys are replaced.
    mutable std::mutex batch_mutex_;

    mutable std::mutex queue_mutex_;
    std::condition_variable queue_changed_;
    std::deque<Ticket> queue_;
    std::size_t queued_events_ = 0;
    std::size_t queued_bytes_ = 0;
    bool flushed_ = false;          // the next batch may begin
    bool flush_owed_ = false;       // somebody will call flush()
    std::optional<Error> refusal_;  // why nothing is taken any more
    bool stopping_ = false;

    /// The raise that was told Stale last, until it is queued again, is withdrawn, or is too late.
    struct Awaited {
        Steady::time_point since;
        Steady::time_point until;
    };

    std::optional<Awaited> awaited_;

    mutable std::mutex snapshot_mutex_;
    std::shared_ptr<const Snapshot> snapshot_;
    std::string checkpoint_;

    std::thread thread_;
};

Ledger::Ledger(Start start, Options options)
    : impl_(std::make_unique<Impl>(std::move(start), std::move(options))) {}

Ledger::~Ledger() = default;

std::shared_ptr<const Snapshot> Ledger::snapshot() const { return impl_->snapshot(); }

Ledger::Flush Ledger::commit(Pending pending, std::unique_ptr<Waiter> waiter, Since since) {
    return impl_->commit(std::move(pending.plan_), std::move(waiter), since);
}

void Ledger::flush() { impl_->flush(); }

void Ledger::withdraw(Since since) { impl_->withdraw(since); }

CommitResult Ledger::commit(Pending pending, Since since) {
    std::promise<CommitResult> promise;
    auto future = promise.get_future();
    static_cast<void>(commit(std::move(pending), std::make_unique<BlockingWaiter>(promise), since));
    flush();
    return future.get();
}

std::string Ledger::checkpoint() const { return impl_->checkpoint(); }

void Ledger::await_batch() const { impl_->await_batch(); }

Result<void> Ledger::replace_keys(std::shared_ptr<const crypto::KeySet> keys) {
    return impl_->replace_keys(std::move(keys));
}

Result<void> Ledger::health() const { return impl_->health(); }

void Ledger::stop() { impl_->stop(); }

}  // namespace rookery::ledger
