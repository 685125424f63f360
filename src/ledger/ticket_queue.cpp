#include "ledger/ticket_queue.hpp"

#include "ledger/plan_writes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rookery::ledger {

Ticket::Ticket(
    Plan given, std::unique_ptr<Waiter> told, Steady::time_point first, Steady::time_point now
)
    : plan(std::move(given)),
      waiter(std::move(told)),
      since(first),
      queued(now),
      bytes(plan_bytes(plan)),
      changes_access(ledger::changes_access(plan)) {}

bool TicketQueue::add(Ticket& ticket) {
    give_up_turn(ticket.since);
    const auto events = ticket.plan.events.size();
    if (events_ + events > bounds_.queue_events_max ||
        bytes_ + ticket.bytes > bounds_.queue_bytes_max) {
        return false;
    }
    events_ += events;
    bytes_ += ticket.bytes;
    tickets_.push_back(std::move(ticket));
    return true;
}

bool TicketQueue::all_change_access() const {
    return std::ranges::all_of(tickets_, &Ticket::changes_access);
}

std::optional<Steady::time_point> TicketQueue::reserved_until(Steady::time_point now) const {
    if (!reserves_ || !reserved_ || now >= reserved_->until) return std::nullopt;
    const auto* const oldest = oldest_change();
    if (oldest == nullptr || reserved_->since >= oldest->since) return std::nullopt;
    return reserved_->until;
}

bool TicketQueue::only_cools_down(Steady::time_point now) const {
    const auto* const oldest = oldest_change();
    return cool_down_ > 0 && oldest != nullptr && !reserved_until(now) &&
           !epochs_.supersede(oldest->plan);
}

const Ticket* TicketQueue::oldest_change() const {
    const Ticket* oldest = nullptr;
    for (const auto& ticket : tickets_) {
        if (ticket.changes_access && (oldest == nullptr || ticket.since < oldest->since)) {
            oldest = &ticket;
        }
    }
    return oldest;
}

const Ticket* TicketQueue::next_change(Steady::time_point now) const {
    if (reserved_until(now)) return nullptr;
    const auto* const oldest = oldest_change();
    // To be told that it is stale it needs no cool-down.
    const bool may = oldest != nullptr && (cool_down_ == 0 || epochs_.supersede(oldest->plan));
    return may ? oldest : nullptr;
}

/// A ticket that is larger than a batch may be is a batch of its own.
bool TicketQueue::fits(const Ticket& ticket, std::size_t events, std::size_t bytes) const {
    return events == 0 || (events + ticket.plan.events.size() <= bounds_.batch_events_max &&
                           bytes + ticket.bytes <= bounds_.batch_bytes_max);
}

void TicketQueue::take_batch(Steady::time_point now, std::vector<Ticket>& batch) {
    const auto* const next = next_change(now);
    std::vector<Ticket> writes;  // the batch is of the reads, at first
    std::optional<Ticket> change;
    auto left = tickets_.begin();  // behind what stays, which moves up
    std::size_t events = 0;
    std::size_t bytes = 0;
    for (auto& ticket : tickets_) {
        if (!fits(ticket, events, bytes) || (ticket.changes_access && &ticket != next)) {
            if (&*left != &ticket) *left = std::move(ticket);
            ++left;
            continue;
        }
        events += ticket.plan.events.size();
        bytes += ticket.bytes;
        if (ticket.changes_access) {
            change = std::move(ticket);
        } else if (ticket.plan.writes.empty()) {
            batch.push_back(std::move(ticket));
        } else {
            writes.push_back(std::move(ticket));
        }
    }
    tickets_.erase(left, tickets_.end());
    events_ -= events;
    bytes_ -= bytes;

    // Of those that write one row the first comes through: not a younger one again and again.
    if (!std::ranges::is_sorted(writes, {}, &Ticket::since)) {
        std::ranges::stable_sort(writes, {}, &Ticket::since);
    }
    std::ranges::move(writes, std::back_inserter(batch));
    if (change) batch.push_back(std::move(*change));
}

std::vector<Ticket> TicketQueue::take_all() {
    events_ = 0;
    bytes_ = 0;
    return std::exchange(tickets_, {});
}

void TicketQueue::committed(bool epoch_moved) {
    cool_down_ = epoch_moved ? cool_down_batches : std::max(0, cool_down_ - 1);
}

void TicketQueue::reserve_turn(Steady::time_point since, Steady::time_point now) {
    reserved_ = ReservedTurn{since, now + reserved_for};
}

bool TicketQueue::give_up_turn(Steady::time_point since) {
    if (!reserved_ || reserved_->since != since) return false;
    reserved_.reset();
    return true;
}

void TicketQueue::reserve_no_more() { reserves_ = false; }

}  // namespace rookery::ledger
