// When a policy runs: once, or again and again from its start on. Pure: what is due is said by two times and a word.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rookery::messages {

enum class Recurrence : std::uint8_t { once, daily, weekly, monthly, yearly };

/// Nothing for a word that is none. An empty text: once.
[[nodiscard]] std::optional<Recurrence> parse_recurrence(std::string_view word);

/// The first time of the series from `start` on that is not before `from`; nothing when there is none. A day that a month does
/// not have is its last day, and the next month has its own again. Once: at the start, or at once if that is over.
[[nodiscard]] std::optional<Instant> next_run(Recurrence recurrence, Instant start, Instant from);

}  // namespace rookery::messages
