// How long to wait after a failure: what the organization asks for, else growing and random, so that
// many who failed together do not come back together.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace rookery::sync {

/// No answer makes us wait longer than this; a later one may ask again.
inline constexpr std::chrono::seconds retry_after_max{3600};
inline constexpr std::chrono::seconds backoff_max{60};

/// Retry-After (RFC 9110 section 10.2.3): seconds, or an HTTP date counted from `now`; 0 for a date
/// that is over, at most retry_after_max. Nothing for any other text.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(
    std::string_view text, Instant now
);

/// Full jitter: evenly between nothing and min(2^failures, 60) seconds.
[[nodiscard]] std::chrono::milliseconds backoff(unsigned failures, Random& random);

}  // namespace rookery::sync
