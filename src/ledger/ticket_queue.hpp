// TicketQueue: which of the requests that wait for the ledger are the next batch.
//
// Inside a batch reads come before writes, and at most one request that changes access comes last. Of the writes the request that
// came first goes first. After a batch that moved the access epoch is a cool-down: the next two change no access, so that nobody
// loses that race twice. Of several requests that change access the one that came first goes first, and while it is planned again
// its turn is reserved: younger ones wait.
//
// Neither a thread nor a clock: commit_queue.hpp has both.
#pragma once

#include "ledger/commit_result.hpp"
#include "ledger/pending.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace rookery::ledger {

using Steady = std::chrono::steady_clock;

/// One request that waits.
struct Ticket {
    Ticket(
        Plan given, std::unique_ptr<Waiter> told, Steady::time_point first, Steady::time_point now
    );

    Plan plan;
    std::unique_ptr<Waiter> waiter;
    Steady::time_point since;   // first attempt
    Steady::time_point queued;  // this one
    std::size_t bytes = 0;
    bool changes_access = false;

    // What the ledger notes while it is in a batch.
    bool stale =
        false;  // what it relied on was changed, by an earlier one of the batch at the latest
    std::uint64_t first_versionnumber = 0;
    std::uint64_t first_index = 0;  // on the log; of one that is not stale
};

/// What plans are measured against.
struct Epochs {
    std::uint64_t access = 0;
    std::uint32_t keyring = 0;

    /// Rights or keys have changed since it was decided.
    [[nodiscard]] bool supersede(const Plan& plan) const {
        return plan.relies_on_access &&
               (plan.access_epoch != access || plan.keyring_epoch != keyring);
    }
};

class TicketQueue {
 public:
    struct Bounds {
        std::size_t queue_events_max = 0;
        std::size_t queue_bytes_max = 0;
        std::size_t batch_events_max = 0;
        std::size_t batch_bytes_max = 0;
    };

    /// Enough for every request that lost its race to be planned again and committed.
    static constexpr int cool_down_batches = 2;
    /// How long younger requests wait for the oldest one that changes access, while it is planned again.
    static constexpr std::chrono::milliseconds reserved_for{20};

    TicketQueue(Bounds bounds, Epochs epochs) : bounds_(bounds), epochs_(epochs) {}

    /// Takes the ticket, or leaves it when there is no room. Whoever comes again takes up his reserved turn either way.
    [[nodiscard]] bool add(Ticket& ticket);

    [[nodiscard]] bool empty() const { return tickets_.empty(); }

    [[nodiscard]] std::size_t events() const { return events_; }

    /// When the ticket in front was queued. Precondition: not empty.
    [[nodiscard]] Steady::time_point oldest() const { return tickets_.front().queued; }

    [[nodiscard]] bool all_change_access() const;

    /// Nothing that changes access may go before this, since an older request's turn is reserved.
    [[nodiscard]] std::optional<Steady::time_point> reserved_until(Steady::time_point now) const;

    /// Whether it is only the cool-down that keeps back the next request that changes access.
    [[nodiscard]] bool only_cools_down(Steady::time_point now) const;

    void end_cool_down() { cool_down_ = 0; }

    /// Fills an empty batch, whose memory serves one batch after the other. It stays empty when there is nothing that may go.
    void take_batch(Steady::time_point now, std::vector<Ticket>& batch);

    [[nodiscard]] std::vector<Ticket> take_all();

    /// Rights or keys have changed: what was decided before is stale.
    void moved_to(Epochs epochs) { epochs_ = epochs; }

    void committed(bool epoch_moved);

    /// It lost a race and is planned again. Of several the last counts.
    void reserve_turn(Steady::time_point since, Steady::time_point now);
    /// Whether a turn was reserved for it.
    bool give_up_turn(Steady::time_point since);
    /// From now on nobody waits for a request that is planned again.
    void reserve_no_more();

 private:
    struct ReservedTurn {
        Steady::time_point since;
        Steady::time_point until;
    };

    /// Of those that change access the one whose request came first; null without any.
    [[nodiscard]] const Ticket* oldest_change() const;
    /// The one that the next batch may take. Others stay in the queue even when they are stale already: planned
    /// again before their turn they would only lose once more. So a request loses to changes of access once,
    /// however many there are.
    [[nodiscard]] const Ticket* next_change(Steady::time_point now) const;
    [[nodiscard]] bool fits(const Ticket& ticket, std::size_t events, std::size_t bytes) const;

    const Bounds bounds_;
    Epochs epochs_;
    std::vector<Ticket> tickets_;  // as they came
    std::size_t events_ = 0;
    std::size_t bytes_ = 0;
    int cool_down_ = 0;  // batches that are left of it
    std::optional<ReservedTurn> reserved_;
    bool reserves_ = true;
};

}  // namespace rookery::ledger
