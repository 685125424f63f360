// LogWriter: turns prepared events into rows of the log. Owned by the ledger's thread; no I/O: the
// ledger puts the rows into its batch.
//
// One batch is: append for each event, state_row, perhaps due_checkpoint, then the synced write, then
// mark_durable. When the write fails the writer must not be used again.
#pragma once

#include "audit/checkpoint_publisher.hpp"
#include "audit/log_row.hpp"
#include "audit/log_state.hpp"
#include "audit/prepared_event.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/store.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace rookery::audit {

/// Time since boot, suspended time included: what a jump of the wall clock is measured against.
[[nodiscard]] std::chrono::milliseconds time_since_boot();

class LogWriter {
 public:
    static constexpr std::chrono::milliseconds clock_jump_max = std::chrono::hours{1};

    struct Options {
        std::string origin;            // "<host>/audit/<node>"; also the name of the key
        crypto::PublicKey verifier{};  // what published checkpoints are signed with
        // Null while the vault is sealed: nothing is signed then. Outlives the writer.
        const crypto::SigningKey* key = nullptr;
        // A log that ends up to here, in whole seconds, is continued although it lies ahead.
        Instant confirmed_time = Instant::min();
        // Must run at the pace of the Clock whose times are given to append.
        std::function<std::chrono::milliseconds()> monotonic = time_since_boot;
    };

    /// Continues the log in `view`, or begins one when there is none. Does the start check of
    /// log_reader.hpp first. Errc: integrity; newer_format; unavailable when `now` is more than an
    /// hour before the last log time and that time is not confirmed; invalid_argument for an origin
    /// that is no key name.
    [[nodiscard]] static Result<LogWriter> open(
        const storage::StoreView& view, Options options, Instant now
    );

    /// The log time that an entry appended now would get: max(last log time, now).
    [[nodiscard]] Instant log_time(Instant now) const;

    /// What expiry is judged by: log_time, or `now` while log time stands still at a confirmed one,
    /// which is wrong.
    [[nodiscard]] Instant judged_time(Instant now) const;

    /// The entry's row. Its index is size() before the call. Errc::unavailable when the wall clock
    /// jumped by more than an hour against the monotonic clock; Errc::internal when the first entry is
    /// not a genesis or a later one is.
    [[nodiscard]] Result<LogRow> append(const PreparedEvent& event, Instant now);

    /// From now on with this object, which outlives the writer; it is the same key.
    void sign_with(const crypto::SigningKey& key) { publisher_.sign_with(key); }

    /// The state after everything appended so far, and after the checkpoint that was taken last.
    [[nodiscard]] LogRow state_row() const;

    /// The last batch was written and synced.
    [[nodiscard]] Result<void> mark_durable();

    /// A signed checkpoint of what was marked durable, when one is due.
    [[nodiscard]] std::optional<LogRow> due_checkpoint(Instant now);
    /// At once, if anything changed since the last: for an orderly end.
    [[nodiscard]] std::optional<LogRow> final_checkpoint(Instant now);

    [[nodiscard]] std::uint64_t size() const { return state_.size(); }

    [[nodiscard]] const Digest& root() const;

    [[nodiscard]] Instant last_time() const { return state_.last_time; }

    [[nodiscard]] const std::string& origin() const { return options_.origin; }

    /// Entries that the newest published checkpoint covers.
    [[nodiscard]] std::uint64_t checkpoint_size() const {
        return state_.checkpoint_size.value_or(0);
    }

 private:
    LogWriter(Options options, LogState state, std::optional<merkle::Checkpoint> published);

    [[nodiscard]] Result<void> check_clock(Instant now);
    /// The row of a checkpoint that was just signed, on which the state row counts from now on.
    [[nodiscard]] LogRow published(std::string note);

    Options options_;
    LogState state_;
    mutable std::optional<Digest> root_;  // of state_, once somebody asked
    CheckpointPublisher publisher_;
    // Wall clock minus monotonic clock at the last append.
    std::optional<std::chrono::milliseconds> offset_;
};

}  // namespace rookery::audit
