#include "sync/gate.hpp"

#include <algorithm>

namespace rookery::sync {

using namespace std::chrono_literals;

Gate::Gate(std::size_t requests_per_second)
    : interval_(std::chrono::duration_cast<Steady::duration>(1s) / requests_per_second),
      burst_(1s),
      next_(Steady::now()) {}

bool Gate::pass() {
    const MutexLock lock(mutex_);
    if (closed_ || shut_until_) return false;
    // A second's worth may go at once after silence; then one per interval, in the order of asking.
    const auto now = Steady::now();
    const auto turn = std::max(next_, now - burst_);
    next_ = turn + interval_;
    while (!closed_ && !shut_until_ && lock.wait_until(changed_, turn) != std::cv_status::timeout) {
    }
    return !closed_ && !shut_until_;
}

bool Gate::wait_until_open() {
    const MutexLock lock(mutex_);
    while (!closed_ && shut_until_) lock.wait(changed_);
    return !closed_;
}

bool Gate::shut(Instant until) {
    const MutexLock lock(mutex_);
    const bool was_open = !shut_until_;
    shut_until_ = was_open ? until : std::max(*shut_until_, until);
    changed_.notify_all();
    return was_open;
}

void Gate::open() {
    const MutexLock lock(mutex_);
    shut_until_.reset();
    changed_.notify_all();
}

std::optional<Instant> Gate::shut_until() const {
    const MutexLock lock(mutex_);
    return shut_until_;
}

void Gate::close() {
    const MutexLock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

}  // namespace rookery::sync
