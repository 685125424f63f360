#include "rules/recurrence.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

namespace rookery::messages {
namespace {

using namespace std::chrono;

struct Word {
    std::string_view word;
    Recurrence recurrence;
};

constexpr std::array words = {
    Word{"", Recurrence::once},
    Word{"DAILY", Recurrence::daily},
    Word{"WEEKLY", Recurrence::weekly},
    Word{"MONTHLY", Recurrence::monthly},
    Word{"YEARLY", Recurrence::yearly},
};

/// The last year in which anything is due: that of the last time that a column takes.
constexpr year last_year{9999};

std::optional<Instant> by_days(Instant start, Instant from, days step) {
    if (from <= start) return start;
    const milliseconds length = step;
    const auto behind = (from - start) % length;
    const auto next = behind.count() == 0 ? from : from + (length - behind);
    if (year_month_day{floor<days>(next)}.year() > last_year) return std::nullopt;
    return next;
}

Instant months_later(Instant start, months count) {
    const auto day_of_start = floor<days>(start);
    const year_month_day date{day_of_start};
    auto later = date + count;
    if (!later.ok()) later = year_month_day{later.year() / later.month() / last};
    return sys_days{later} + (start - day_of_start);
}

std::optional<Instant> by_months(Instant start, Instant from, int step) {
    if (from <= start) return start;
    const year_month_day first{floor<days>(start)};
    const year_month_day at{floor<days>(from)};
    const auto between = (at.year() / at.month() - first.year() / first.month()).count();
    // The one of this month, or of the month before, may be over already.
    for (auto count = between / step * step;; count += step) {
        const auto next = months_later(start, months{count});
        if (year_month_day{floor<days>(next)}.year() > last_year) return std::nullopt;
        if (next >= from) return next;
    }
}

}  // namespace

std::optional<Recurrence> parse_recurrence(std::string_view word) {
    const auto* const found = std::ranges::find(words, word, &Word::word);
    return found == std::end(words) ? std::nullopt : std::optional(found->recurrence);
}

std::optional<Instant> next_run(Recurrence recurrence, Instant start, Instant from) {
    switch (recurrence) {
        case Recurrence::once:
            return std::max(start, from);
        case Recurrence::daily:
            return by_days(start, from, days{1});
        case Recurrence::weekly:
            return by_days(start, from, days{7});
        case Recurrence::monthly:
            return by_months(start, from, 1);
        case Recurrence::yearly:
            return by_months(start, from, 12);
    }
    return std::nullopt;
}

}  // namespace rookery::messages
