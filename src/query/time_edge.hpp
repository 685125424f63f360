// Where one end of an operator's span of time is (query/operators.hpp), by the calendar of UTC. Pure.
#pragma once

#include "base/clock.hpp"
#include "query/operators.hpp"
#include "storage/value.hpp"

#include <optional>

namespace rookery::messages {

/// Nothing for no bound. Before the year 1 and after 9999 it is the first or last moment of all.
/// `operand`: the number or the time that the operator was given, if it takes one.
[[nodiscard]] std::optional<Instant> time_of(
    const Edge& edge, Instant now, const storage::Value* operand
);

}  // namespace rookery::messages
