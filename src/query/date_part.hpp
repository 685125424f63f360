// The number that a time is grouped by: its day, week, month, quarter or year, by the calendar of UTC. Pure.
#pragma once

#include "base/clock.hpp"
#include "query/aggregation.hpp"

#include <cstdint>

namespace rookery::messages {

/// The day of the month from 1, the week of the year from 1, the month, the quarter, the year. 0 for no part.
[[nodiscard]] std::int64_t date_part(DatePart part, Instant time);

}  // namespace rookery::messages
