#include "ledger/commit_queue.hpp"

#include <utility>

namespace rookery::ledger {
namespace {

using namespace std::chrono_literals;

/// How long a change of access waits for other requests when it is alone in the queue in a cool-down.
constexpr auto cool_down_wait = 1ms;

/// A batch of this many events gains nothing from growing.
constexpr std::size_t gather_events = 64;

Error unavailable(std::string message) {
    return {Errc::unavailable, std::move(message), "try again later", {}};
}

}  // namespace

CommitQueue::Added CommitQueue::add(Ticket& ticket) {
    const std::lock_guard lock(mutex_);
    const auto queued = ticket.queued;
    if (refusal_ || !tickets_.add(ticket)) return Added::no;
    if (tickets_.events() >= gather_events || queued - tickets_.oldest() >= gather_max_) {
        begin_batch();
    }
    return std::exchange(flush_owed_, true) ? Added::yes : Added::owes_a_flush;
}

void CommitQueue::flush() {
    const std::lock_guard lock(mutex_);
    flush_owed_ = false;
    if (!tickets_.empty()) begin_batch();
}

void CommitQueue::begin_batch() {
    batch_begun_ = true;
    // Also when one was begun: the ledger's thread may be waiting for a turn, and what came may end that.
    changed_.notify_one();
}

void CommitQueue::take(std::vector<Ticket>& batch) {
    std::unique_lock lock(mutex_);
    const bool begun = changed_.wait_for(lock, 1s, [&] { return batch_begun_ || stopping_; });
    batch_begun_ = false;
    if (tickets_.empty()) return;
    // The flush may still come: what has not waited for gather_max does not go without it.
    if (!begun && Steady::now() - tickets_.oldest() < gather_max_) return;
    await_turn(lock);
    tickets_.take_batch(Steady::now(), batch);
    batch_begun_ = !tickets_.empty();  // what is left has waited enough
}

/// With nothing but changes of access at hand: until the next one of them may be taken, or something else has come.
/// Both waits are short and bounded.
void CommitQueue::await_turn(std::unique_lock<std::mutex>& lock) {
    if (!tickets_.all_change_access()) return;
    if (const auto until = tickets_.reserved_until(Steady::now())) {
        changed_.wait_until(lock, *until, [&] {
            return !tickets_.all_change_access() || !tickets_.reserved_until(Steady::now());
        });
    }
    if (!tickets_.all_change_access() || !tickets_.only_cools_down(Steady::now())) return;
    changed_.wait_for(lock, cool_down_wait, [&] {
        return !tickets_.all_change_access() || stopping_;
    });
    // Nobody was waiting for it to end.
    if (tickets_.all_change_access()) tickets_.end_cool_down();
}

Error CommitQueue::refusal() const {
    const std::lock_guard lock(mutex_);
    return refusal_ ? *refusal_ : unavailable("too many requests are waiting for the log");
}

Result<void> CommitQueue::health() const {
    const std::lock_guard lock(mutex_);
    if (refusal_) return fail(*refusal_);
    return {};
}

void CommitQueue::reserve_turn(Steady::time_point since) {
    const std::lock_guard lock(mutex_);
    tickets_.reserve_turn(since, Steady::now());
}

void CommitQueue::give_up_turn(Steady::time_point since) {
    const std::lock_guard lock(mutex_);
    if (tickets_.give_up_turn(since)) changed_.notify_one();
}

void CommitQueue::moved_to(Epochs epochs) {
    const std::lock_guard lock(mutex_);
    tickets_.moved_to(epochs);
}

void CommitQueue::committed(bool epoch_moved, Epochs epochs) {
    const std::lock_guard lock(mutex_);
    tickets_.committed(epoch_moved);
    tickets_.moved_to(epochs);
}

void CommitQueue::stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    tickets_.reserve_no_more();
    if (!refusal_) refusal_ = unavailable("the vault is stopping");
    changed_.notify_one();
}

bool CommitQueue::stopped_and_empty() const {
    const std::lock_guard lock(mutex_);
    return stopping_ && tickets_.empty();
}

std::vector<Ticket> CommitQueue::close(const Error& reason) {
    const std::lock_guard lock(mutex_);
    refusal_ = reason;
    return tickets_.take_all();
}

}  // namespace rookery::ledger
