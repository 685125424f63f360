#include "sync/pause.hpp"

#include "sync/backoff.hpp"

#include <algorithm>
#include <utility>

namespace rookery::sync {
namespace {

using namespace std::chrono_literals;

/// An organization that throttles without saying for how long, or for no time at all, is believed this
/// often in a row.
constexpr unsigned hasty_waits_max = 3;
constexpr std::string_view disabled_why = "the user Rookery Sync is disabled";

}  // namespace

Pause::Pause(
    Gate& gate, messages::SyncMonitor& monitor, const Clock& clock, Random& random, Log log
)
    : gate_(gate), monitor_(monitor), clock_(clock), random_(random), log_(std::move(log)) {}

void Pause::begin(const std::string& why, std::optional<std::chrono::seconds> asked) {
    const MutexLock lock(mutex_);
    // What others find in the same moment is the same trouble.
    const bool first = !gate_.shut_until();
    std::chrono::milliseconds wait = asked.value_or(0s);
    if (!asked || troubles_ >= hasty_waits_max) wait = std::max(wait, backoff(troubles_, random_));
    if (first) ++troubles_;
    const auto until = clock_.now() + wait;
    gate_.shut(until);
    monitor_.paused(gate_.shut_until().value_or(until), why);
    if (first) log_(paused_event, why);
}

void Pause::forget_troubles() {
    const MutexLock lock(mutex_);
    troubles_ = 0;
}

void Pause::watch(bool user_enabled) {
    const MutexLock lock(mutex_);
    const auto now = clock_.now();
    if (!user_enabled) {
        if (!std::exchange(user_disabled_, true)) log_(paused_event, disabled_why);
        gate_.shut(now + 1min);
        monitor_.paused(now + 1min, disabled_why);
    } else if (std::exchange(user_disabled_, false)) {
        end();
    } else if (const auto until = gate_.shut_until(); until && now >= *until) {
        end();
    }
}

void Pause::end_early() {
    const MutexLock lock(mutex_);
    if (!user_disabled_) end();
}

void Pause::end() {
    if (!gate_.shut_until()) return;
    gate_.open();
    monitor_.resumed();
    log_(resumed_event, "");
}

}  // namespace rookery::sync
