#include "ledger/ledger.hpp"

#include "ledger/commit_queue.hpp"
#include "ledger/outbox_batch.hpp"
#include "ledger/plan_writes.hpp"
#include "ledger/row_freshness.hpp"

#include <algorithm>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace rookery::ledger {
namespace {

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

}  // namespace

class Ledger::Impl {
 public:
    Impl(Start start, Options options)
        : store_(start.store),
          clock_(start.clock),
          keys_(std::move(start.keys)),
          log_(std::move(start.log)),
          state_(start.state),
          projection_(std::move(start.projection)),
          freshness_(std::move(start.freshness)),
          options_(std::move(options)),
          queue_(
              {options_.queue_events_max,
               options_.queue_bytes_max,
               options_.batch_events_max,
               options_.batch_bytes_max},
              options_.gather_max, epochs()
          ) {
        publish({});
        thread_ = std::thread([this] { run(); });
    }

    ~Impl() { stop(); }

    std::shared_ptr<const Snapshot> snapshot() const {
        const std::lock_guard lock(snapshot_mutex_);
        return snapshot_;
    }

    Flush commit(Plan plan, std::unique_ptr<Waiter> waiter, Steady::time_point since) {
        Ticket ticket(std::move(plan), std::move(waiter), since, Steady::now());
        const auto added = queue_.add(ticket);
        if (added == CommitQueue::Added::no) ticket.waiter->done(queue_.refusal());
        return added == CommitQueue::Added::owes_a_flush ? Flush::owed : Flush::not_owed;
    }

    void flush() { queue_.flush(); }

    void withdraw(Steady::time_point since) { queue_.give_up_turn(since); }

    void await_batch() const { const std::lock_guard lock(batch_mutex_); }

    Result<void> replace_keys(
        std::shared_ptr<const crypto::KeySet> keys, const std::vector<audit::PreparedEvent>& events
    ) {
        const std::lock_guard between_batches(batch_mutex_);
        ROOKERY_CHECK(fit(*keys));
        log_.sign_with(keys->signing);
        keys_ = std::move(keys);
        queue_.moved_to(epochs());
        auto commit = store_.begin();
        auto next_state = state_;
        auto written = append(*commit, events, log_.log_time(clock_.now()));
        if (written) {
            next_state.log_size = log_.size();
            next_state.log_root = log_.root();
            finish(*commit, next_state, std::nullopt);
            written = commit->write();
        }
        if (written) written = log_.mark_durable();
        if (!written) {
            fail_closed(written.error(), {});
            return fail(queue_.refusal());
        }
        state_ = next_state;
        commit.reset();
        publish({});
        return {};
    }

    Result<void> check_keys(const crypto::KeySet& keys) const {
        const std::lock_guard between_batches(batch_mutex_);
        return fit(keys);
    }

    Result<void> health() const { return queue_.health(); }

    void stop() {
        queue_.stop();
        if (thread_.joinable()) thread_.join();
    }

 private:
    /// Whether these keys may take the place of the present ones now.
    Result<void> fit(const crypto::KeySet& keys) const {
        ROOKERY_CHECK(health());
        if (keys.epoch() <= keys_->epoch()) {
            return fail(Errc::invalid_argument, "the keys are not of a later epoch");
        }
        if (keys.signing.public_key() != keys_->signing.public_key()) {
            return fail(Errc::invalid_argument, "the keys sign the log with another key");
        }
        if (digest_version(keys) != digest_version(*keys_)) {
            return fail(Errc::invalid_argument, "the state's sums are under another key");
        }
        return {};
    }

    Epochs epochs() const { return {state_.access_epoch, keys_->epoch()}; }

    void run() {
        for (std::vector<Ticket> batch;;) {
            queue_.take(batch);
            const std::lock_guard in_hand(batch_mutex_);
            if (batch.empty()) {
                // An orderly end leaves no entry that only the process vouched for.
                if (queue_.stopped_and_empty())
                    return publish_alone(log_.final_checkpoint(clock_.now()));
                publish_alone(log_.due_checkpoint(clock_.now()));
                continue;
            }
            commit_batch(batch);
            batch.clear();
        }
    }

    /// Why this request cannot be committed as planned, if so.
    std::optional<CommitResult> outdated(const Ticket& ticket, Instant now) const {
        const auto& plan = ticket.plan;
        if (Steady::now() - ticket.queued > options_.deadline) {
            return Error{
                Errc::deadline, "the log could not be written in time", "try again later", {}};
        }
        if (plan.valid_until && *plan.valid_until <= now) return Stale{};
        if (epochs().supersede(plan)) return Stale{};
        if (plan.still_holds && !plan.still_holds(*projection_)) return Stale{};
        return std::nullopt;
    }

    /// Answers one that is not committed.
    void turn_away(Ticket& ticket, CommitResult why) {
        if (ticket.changes_access && std::holds_alternative<Stale>(why)) {
            queue_.reserve_turn(ticket.since);
        }
        ticket.waiter->done(std::move(why));
    }

    void commit_batch(std::vector<Ticket>& batch) {
        const auto now = clock_.now();
        const auto log_now = log_.log_time(now);
        const auto judged_now = log_.judged_time(now);
        std::erase_if(batch, [&](Ticket& ticket) {
            auto why = outdated(ticket, judged_now);
            if (why) turn_away(ticket, std::move(*why));
            return why.has_value();
        });
        if (batch.empty()) return;

        auto commit = store_.begin();
        auto next_state = state_;
        for (auto& ticket : batch) {
            ticket.first_versionnumber = next_state.versionnumber + 1;
            number_rows(ticket.plan.writes, next_state.versionnumber);
            RowChanges rows(ticket.plan.writes);
            rows.sort();
            const auto holds = commit->take({&ticket.plan.guards, &rows.changes()});
            if (!holds) return fail_closed(holds.error(), std::move(batch));
            ticket.stale = !*holds;
        }

        std::vector<const RowWrite*> facts;
        const auto before = store_.view();
        OutboxBatch outbox(*before, *commit, keys_->authenticator, next_state.outbox_digest);
        auto written = Result<void>{};
        for (auto& ticket : batch) {
            if (ticket.stale) continue;
            ticket.first_index = log_.size();
            written = append(*commit, ticket.plan.events, log_now);
            if (written) written = account(outbox, ticket, log_now, next_state, facts);
            if (!written) break;
        }
        if (written) written = change_outbox(outbox, batch);
        if (written) outbox.write();
        if (written) {
            next_state.log_size = log_.size();
            next_state.log_root = log_.root();
            const auto is_for_all = [](const RowWrite* fact) { return !fact->guarded_fact; };
            if (std::ranges::any_of(facts, is_for_all)) ++next_state.access_epoch;
            finish(*commit, next_state, log_.due_checkpoint(clock_.now()));
            written = commit->write();
        }
        if (written) written = log_.mark_durable();
        if (!written) return fail_closed(written.error(), std::move(batch));

        const bool epoch_moved = next_state.access_epoch != state_.access_epoch;
        state_ = next_state;
        if (!facts.empty()) projection_ = projection_->with(facts);
        commit.reset();
        publish(writes_of(batch));
        for (const auto& ticket : batch) {
            if (!ticket.stale && ticket.plan.on_durable) ticket.plan.on_durable();
        }
        queue_.committed(epoch_moved, epochs());

        for (auto& ticket : batch) {
            if (ticket.stale) {
                turn_away(ticket, Stale{});
            } else {
                auto& reply = ticket.plan.reply;
                ticket.waiter->done(
                    Receipt(ticket.first_index, ticket.first_versionnumber, std::move(reply))
                );
            }
        }
    }

    Result<void> append(
        storage::Commit& commit, const std::vector<audit::PreparedEvent>& events, Instant log_now
    ) {
        for (const auto& event : events) {
            ROOKERY_TRY(const auto row, log_.append(event, log_now));
            commit.put(storage::Family::log, row.key, row.value);
        }
        return {};
    }

    /// Outbox entries, counts, digests and access facts of one accepted request.
    Result<void> account(
        OutboxBatch& outbox, const Ticket& ticket, Instant log_now, VaultState& state,
        std::vector<const RowWrite*>& facts
    ) const {
        auto versionnumber = ticket.first_versionnumber;
        for (const auto& write : ticket.plan.writes) {
            if (write.superseded) {
                ++versionnumber;
                continue;
            }
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
            if (write.access_fact || write.same_fact) {
                state.fact_digest.subtract(write.digest_minus);
                state.fact_digest.add(digest_plus);
            }
            if (write.access_fact) facts.push_back(&write);
            if (!write.keeps_versionnumber) ++versionnumber;
        }
        return {};
    }

    /// After all rows of the batch: a record that it changes keeps the entry of its change, wherever in the
    /// batch the two stand.
    static Result<void> change_outbox(OutboxBatch& outbox, const std::vector<Ticket>& batch) {
        for (const auto& ticket : batch) {
            if (ticket.stale) continue;
            for (const auto& change : ticket.plan.outbox_changes) {
                ROOKERY_CHECK(outbox.apply(change));
            }
        }
        return {};
    }

    /// What ends every batch: the checkpoint of the last durable state, if one is due, and the two state
    /// rows, which know of it.
    void finish(
        storage::Commit& commit, VaultState& state, const std::optional<audit::LogRow>& note
    ) {
        if (note) commit.put(storage::Family::log, note->key, note->value);
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
        if (auto written = commit->write(); !written) fail_closed(written.error(), {});
    }

    /// A failed write: nobody gets a success, and no more work is taken. Never retried: a batch that
    /// failed may still be found after a restart, which is fine, since its clients got nothing.
    void fail_closed(const Error& error, std::vector<Ticket> batch) {
        // Callers learn that, the operator learns why: the engine's text may name paths.
        const Error reason{
            Errc::unavailable, "the audit log cannot be written", "see the server's log", {}};
        failed_ = true;
        auto waiting = queue_.close(reason);
        for (auto& ticket : batch) {
            if (ticket.stale) {
                ticket.waiter->done(Stale{});
            } else {
                ticket.waiter->done(reason);
            }
        }
        for (auto& ticket : waiting) ticket.waiter->done(reason);
        if (options_.on_failure) options_.on_failure(error);
    }

    static std::vector<const RowWrite*> writes_of(const std::vector<Ticket>& batch) {
        std::vector<const RowWrite*> out;
        for (const auto& ticket : batch) {
            if (ticket.stale) continue;
            for (const auto& write : ticket.plan.writes) {
                if (!write.superseded) out.push_back(&write);
            }
        }
        return out;
    }

    void publish(const std::vector<const RowWrite*>& writes) {
        auto next = std::make_shared<Snapshot>();
        next->store = store_.view();
        next->projection = projection_;
        next->access_epoch = state_.access_epoch;
        next->keys = keys_;
        next->keyring_epoch = keys_->epoch();
        next->log_size = state_.log_size;
        next->versionnumber = state_.versionnumber;
        next->freshness = freshness_;
        if (freshness_) freshness_->written(writes, next->store);
        const std::lock_guard lock(snapshot_mutex_);
        snapshot_ = std::move(next);
    }

    storage::Store& store_;
    const Clock& clock_;

    // Under batch_mutex_, which is held while a batch is committed and answered, or keys are replaced.
    std::shared_ptr<const crypto::KeySet> keys_;
    audit::LogWriter log_;
    VaultState state_;
    std::shared_ptr<const Projection> projection_;
    const std::shared_ptr<RowFreshness> freshness_;
    bool failed_ = false;
    mutable std::mutex batch_mutex_;

    const Options options_;
    CommitQueue queue_;

    mutable std::mutex snapshot_mutex_;
    std::shared_ptr<const Snapshot> snapshot_;

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

void Ledger::await_batch() const { impl_->await_batch(); }

Result<void> Ledger::replace_keys(
    std::shared_ptr<const crypto::KeySet> keys, const std::vector<audit::PreparedEvent>& events
) {
    return impl_->replace_keys(std::move(keys), events);
}

Result<void> Ledger::check_keys(const crypto::KeySet& keys) const {
    return impl_->check_keys(keys);
}

Result<void> Ledger::health() const { return impl_->health(); }

void Ledger::stop() { impl_->stop(); }

}  // namespace rookery::ledger
