// SyncMonitor: between the sync worker and everybody else. The worker tells how it goes and waits
// here; the status shows it, and SyncNow and RetrySync wake it. Thread-safe.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::messages {

/// Counted since the process started.
struct SyncState {
    std::string organization;  // root of the organization
    std::optional<Instant> last_success;
    std::optional<Instant> paused_until;
    std::string paused_why;
    std::uint64_t pushed = 0;
    std::uint64_t failed = 0;
    std::uint64_t owners_left_out = 0;
    // At most 32 codes; what comes after them is counted as "other".
    std::map<std::string, std::uint64_t, std::less<>> errors_by_code;
};

class SyncMonitor {
 public:
    explicit SyncMonitor(std::string organization);

    SyncMonitor(const SyncMonitor&) = delete;
    SyncMonitor& operator=(const SyncMonitor&) = delete;

    [[nodiscard]] SyncState state() const;

    // Told by the worker.
    void succeeded(Instant when, bool owner_left_out);
    // What is_push_code does not know is counted as "other".
    void failed(std::string_view code);
    void paused(Instant until, std::string_view why);
    void resumed();

    /// Ends every pause and wait: one thread that waits now, or the next that does, is woken, and
    /// wakes() counts on.
    void wake();
    [[nodiscard]] std::uint64_t wakes() const;

    /// Waits until woken, stopped or timed out; true when woken.
    [[nodiscard]] bool wait_for(std::chrono::milliseconds at_most);
    /// Ends every wait from now on.
    void stop();
    [[nodiscard]] bool stopping() const;

 private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    SyncState state_;
    std::uint64_t wakes_ = 0;
    bool woken_ = false;
    bool stopping_ = false;
};

}  // namespace rookery::messages
