// Pause: nobody pushes while the organization or this vault cannot have it, or the sync's user is disabled.
// Shuts the gate, and tells the monitor and the operator. Thread-safe.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/thread_annotations.hpp"
#include "pipeline/sync_monitor.hpp"
#include "sync/gate.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::sync {

// Events for the operator.
inline constexpr std::string_view paused_event = "sync-paused";
inline constexpr std::string_view resumed_event = "sync-resumed";

class Pause {
 public:
    /// A line for the operator: our own words, nothing of the organization's; that it goes on has no
    /// reason, and `why` is empty. Called from any thread.
    using Log = std::function<void(std::string_view event, std::string_view why)>;

    Pause(Gate& gate, messages::SyncMonitor& monitor, const Clock& clock, Random& random, Log log);

    /// Stops all threads: for what the organization asked, else for longer with every time.
    void begin(const std::string& why, std::optional<std::chrono::seconds> asked = {});

    /// The organization answered as it should: the next pause is a short one.
    void forget_troubles();

    /// Looks whether there must be a pause, or one is over. Of the watching thread.
    void watch(bool user_enabled);

    /// Somebody says go. Nothing happens while the user is disabled.
    void end_early();

 private:
    void end() ROOKERY_REQUIRES(mutex_);

    Gate& gate_;
    messages::SyncMonitor& monitor_;
    const Clock& clock_;
    Random& random_;
    const Log log_;
    Mutex mutex_;
    unsigned troubles_ ROOKERY_GUARDED_BY(mutex_) = 0;  // pauses since something went through
    bool user_disabled_ ROOKERY_GUARDED_BY(mutex_) = false;
};

}  // namespace rookery::sync
