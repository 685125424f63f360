// SlotTurn: who may try or change the ways into an open vault: one at a time, and one a second, so that nobody guesses faster
// here than at a vault that is sealed.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <mutex>
#include <optional>

namespace rookery::messages {

class SlotTurn {
 public:
    static constexpr std::chrono::seconds attempt_every{1};

    /// Held as long as it takes. `now`: of a clock that nobody sets. Errc::rate_limited.
    [[nodiscard]] Result<std::unique_lock<std::mutex>> take(std::chrono::milliseconds now) {
        std::unique_lock lock(mutex_, std::try_to_lock);
        if (!lock) {
            return fail(Errc::rate_limited, "Somebody else tries or changes the ways in just now.");
        }
        if (last_ && now - *last_ < attempt_every) {
            return fail(Errc::rate_limited, "One attempt at the ways in is taken a second.");
        }
        last_ = now;
        return lock;
    }

 private:
    std::mutex mutex_;
    std::optional<std::chrono::milliseconds> last_;  // under the mutex
};

}  // namespace rookery::messages
