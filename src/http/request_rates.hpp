// RequestRates: how many requests each user may make in a window of time, over all his connections and
// credentials. Asked by Service for every request of a sender who is known, and for the pace of refusals.
//
// A user may make as many at once as a window holds; each gives its share of the window back as it
// passes (a token bucket, kept as one time per user: when he would have nothing left to give back).
// So the wait that is named is exact, and who has been idle for a window needs no memory. Memory is
// bounded: users beyond it share one bucket. Thread-safe; one short lock of a sixteenth of the users.
#pragma once

#include "base/thread_annotations.hpp"
#include "base/uuid.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <unordered_map>

namespace rookery::http {

class RequestRates {
 public:
    using Time = std::chrono::steady_clock::time_point;

    struct Options {
        std::size_t requests_max = 6'000'000;
        std::chrono::seconds window{300};
        std::size_t users_max = 16'384;
    };

    explicit RequestRates(Options options);

    /// Takes one request's share. Nothing when there was one; else after how many seconds there is.
    [[nodiscard]] std::optional<std::chrono::seconds> take(const Uuid& user, Time now);

    /// Takes one in any case: how long to wait until it has come back, at most `most`.
    [[nodiscard]] std::chrono::nanoseconds pace(
        const Uuid& user, Time now, std::chrono::nanoseconds most
    );

 private:
    struct Part {
        Mutex mutex;
        std::unordered_map<Uuid, Time> paid_back ROOKERY_GUARDED_BY(mutex
        );  // when each user's requests are all given back
        Time paid_back_by_others ROOKERY_GUARDED_BY(mutex
        ){};  // of those for whom there was no place
    };

    static constexpr std::size_t parts = 16;

    [[nodiscard]] Part& part_of(const Uuid& user) { return parts_[user.bytes.back() % parts]; }

    [[nodiscard]] Time& place_of(Part& part, const Uuid& user, Time now) const
        ROOKERY_REQUIRES(part.mutex);

    const std::chrono::nanoseconds share_;   // of the window, of one request
    const std::chrono::nanoseconds window_;  // as many shares as there may be requests
    const std::size_t places_max_;           // of a part
    std::array<Part, parts> parts_;
};

}  // namespace rookery::http
