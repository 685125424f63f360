// How long it counts what somebody said for something that takes two people, or two acts.
#pragma once

#include "base/clock.hpp"

#include <chrono>

namespace rookery::messages {

/// What was said, and not carried out until then, counts no more.
inline constexpr std::chrono::hours word_holds{24};

[[nodiscard]] inline bool has_expired(Instant said, Instant now) { return now - said > word_holds; }

}  // namespace rookery::messages
