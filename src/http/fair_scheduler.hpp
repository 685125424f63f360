// FairScheduler: who computes on a worker next. Callers take turns, whatever each of them has waiting,
// and one caller never has the last worker, so that nobody's scans keep another waiting for long.
//
// A turn is a worker from planning to the rendered answer. A request holds its part of this in a Slot
// (fair_scheduler_slot.hpp). Thread-safe.
#pragma once

#include "base/uuid.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>

namespace rookery::http {

class FairScheduler {
 public:
    struct Limits {
        std::size_t workers = 2;
        std::size_t requests_max = 256;  // of all callers, from enter to leave
        std::size_t requests_per_caller_max = 52;
    };

    explicit FairScheduler(Limits limits);

    class Slot;

    enum class Entry : std::uint8_t { entered, too_many_of_caller, too_many };

    /// Before the first turn; after Entry::entered a leave() is owed.
    [[nodiscard]] Entry enter(const Uuid& caller);
    void leave(const Uuid& caller);

    /// Calls `go` once it is this caller's turn: at once, or on the thread of whoever ends a turn. `go`
    /// hands over and returns. Then an end() is owed.
    void begin(const Uuid& caller, std::function<void()> go);
    void end(const Uuid& caller);

 private:
    struct Caller {
        std::size_t requests = 0;
        std::size_t running = 0;
        std::deque<std::function<void()>> waiting = {};
    };

    void start_next();
    [[nodiscard]] std::function<void()> take_next();

    const Limits limits_;
    const std::size_t per_caller_max_;  // turns of one caller at once
    std::mutex mutex_;
    std::map<Uuid, Caller> callers_;
    std::deque<Uuid> round_;  // those who have something waiting, each once; the first goes next
    std::size_t requests_ = 0;
    std::size_t running_ = 0;
};

}  // namespace rookery::http
