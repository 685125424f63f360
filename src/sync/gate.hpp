// Gate: what every request to the organization passes. It keeps the pace, and closes for all threads when
// the organization cannot take anything or the worker stops. Thread-safe.
#pragma once

#include "base/clock.hpp"
#include "base/thread_annotations.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <optional>

namespace rookery::sync {

class Gate {
 public:
    explicit Gate(std::size_t requests_per_second);

    /// Waits for its turn. False when the gate is shut: nothing may be sent.
    [[nodiscard]] bool pass();

    /// Waits until the gate is open; false when it was closed for good.
    [[nodiscard]] bool wait_until_open();

    /// Shuts until open(), or until someone finds that `until` has passed. The later time counts.
    /// True when it was open before.
    bool shut(Instant until);
    void open();
    [[nodiscard]] std::optional<Instant> shut_until() const;

    /// For good.
    void close();

 private:
    using Steady = std::chrono::steady_clock;

    Steady::duration interval_;
    Steady::duration burst_;
    mutable Mutex mutex_;
    std::condition_variable changed_;
    Steady::time_point next_ ROOKERY_GUARDED_BY(mutex_);  // when the next request would be on time
    std::optional<Instant> shut_until_ ROOKERY_GUARDED_BY(mutex_);
    bool closed_ ROOKERY_GUARDED_BY(mutex_) = false;
};

}  // namespace rookery::sync
