#include "pipeline/sync_monitor.hpp"

#include "pipeline/push_code.hpp"

namespace rookery::messages {
namespace {

constexpr std::size_t codes_max = 32;

}  // namespace

SyncMonitor::SyncMonitor(std::string organization) {
    state_.organization = std::move(organization);
}

SyncState SyncMonitor::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

void SyncMonitor::succeeded(Instant when, bool owner_left_out) {
    const std::lock_guard lock(mutex_);
    ++state_.pushed;
    if (owner_left_out) ++state_.owners_left_out;
    if (!state_.last_success || *state_.last_success < when) state_.last_success = when;
}

void SyncMonitor::failed(std::string_view code) {
    const std::lock_guard lock(mutex_);
    ++state_.failed;
    auto& counts = state_.errors_by_code;
    const bool room = counts.find(code) != counts.end() || counts.size() < codes_max;
    ++counts[std::string(room && is_push_code(code) ? code : push_code::other)];
}

void SyncMonitor::paused(Instant until, std::string_view why) {
    const std::lock_guard lock(mutex_);
    state_.paused_until = until;
    state_.paused_why = why;
}

void SyncMonitor::resumed() {
    const std::lock_guard lock(mutex_);
    state_.paused_until.reset();
    state_.paused_why.clear();
}

void SyncMonitor::wake() {
    const std::lock_guard lock(mutex_);
    ++wakes_;
    woken_ = true;
    changed_.notify_all();
}

std::uint64_t SyncMonitor::wakes() const {
    const std::lock_guard lock(mutex_);
    return wakes_;
}

bool SyncMonitor::wait_for(std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, at_most, [&] { return woken_ || stopping_; });
    const bool woken = woken_ && !stopping_;
    woken_ = false;
    return woken;
}

void SyncMonitor::stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
}

bool SyncMonitor::stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

}  // namespace rookery::messages
