// CommitQueue: what stands between the many who commit and the ledger's one thread. Decides when a batch begins;
// what is in it is ticket_queue.hpp's. Thread-safe.
#pragma once

#include "base/result.hpp"
#include "ledger/ticket_queue.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace rookery::ledger {

class CommitQueue {
 public:
    enum class Added : std::uint8_t {
        no,           // the ticket is as it was: see refusal()
        yes,          // somebody will flush
        owes_a_flush  // whoever added it
    };

    CommitQueue(TicketQueue::Bounds bounds, std::chrono::microseconds gather_max, Epochs epochs)
        : gather_max_(gather_max), tickets_(bounds, epochs) {}

    [[nodiscard]] Added add(Ticket& ticket);
    /// Nobody has more tickets at hand: the batch begins.
    void flush();

    /// Waits a second at most, and fills an empty batch. It stays empty when there is nothing that may go.
    void take(std::vector<Ticket>& batch);

    /// Why nothing is taken any more, or why the last one was not.
    [[nodiscard]] Error refusal() const;
    /// Why nothing is taken any more, if so.
    [[nodiscard]] Result<void> health() const;

    /// See TicketQueue.
    void reserve_turn(Steady::time_point since);
    void give_up_turn(Steady::time_point since);
    void moved_to(Epochs epochs);
    void committed(bool epoch_moved, Epochs epochs);

    /// Takes no more; what is there may still be taken.
    void stop();
    [[nodiscard]] bool stopped_and_empty() const;
    /// Takes no more, for this reason, and hands over what is there.
    [[nodiscard]] std::vector<Ticket> close(const Error& reason);

 private:
    /// Precondition: the queue is locked and not empty.
    void begin_batch();
    void await_turn(std::unique_lock<std::mutex>& lock);

    const std::chrono::microseconds gather_max_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    TicketQueue tickets_;
    bool batch_begun_ = false;      // what is there may be taken
    bool flush_owed_ = false;       // somebody will call flush()
    std::optional<Error> refusal_;  // why nothing is taken any more
    bool stopping_ = false;
};

}  // namespace rookery::ledger
