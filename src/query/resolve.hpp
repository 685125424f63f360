// resolve: the conditions of a filter as comparisons, for one caller at one time.
#pragma once

#include "access/facts.hpp"
#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "query/filter.hpp"

namespace rookery::messages {

/// What a condition may depend on besides the row.
struct Circumstances {
    const access::Facts& facts;
    Uuid caller;
    Instant now;  // days, weeks, months and years are those of UTC, a week begins on Sunday
};

/// The language of whoever asks (English, United States): there is one.
inline constexpr std::int64_t caller_language = 1033;

/// `filter` without a Condition in it.
[[nodiscard]] Filter resolve(const Filter& filter, const Circumstances& circumstances);

}  // namespace rookery::messages
