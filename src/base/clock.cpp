#include "base/clock.hpp"

#include <charconv>
#include <cstdio>

namespace rookery {
namespace {

using namespace std::chrono;

/// Exactly `width` digits at `at`; advances `at`.
std::optional<int> digits(std::string_view text, std::size_t& at, std::size_t width) {
    if (at + width > text.size()) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(at, width)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    at += width;
    return value;
}

bool skip(std::string_view text, std::size_t& at, char c) {
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
}

}  // namespace

Instant SystemClock::now() const { return floor<milliseconds>(system_clock::now()); }

std::string to_iso8601(Instant t) {
    const auto day = floor<days>(t);
    const year_month_day date{day};
    const hh_mm_ss time{floor<seconds>(t - day)};
    char out[40];
    std::snprintf(
        out,
        sizeof out,
        "%04d-%02u-%02uT%02d:%02d:%02dZ",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        static_cast<int>(time.hours().count()),
        static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count())
    );
    return out;
}

std::optional<Instant> parse_iso8601(std::string_view text) {
    std::size_t at = 0;
    const auto y = digits(text, at, 4);
    if (!y || !skip(text, at, '-')) return std::nullopt;
    const auto m = digits(text, at, 2);
    if (!m || !skip(text, at, '-')) return std::nullopt;
    const auto d = digits(text, at, 2);
    if (!d) return std::nullopt;
    const year_month_day date{
        year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok() || *y < 1753) return std::nullopt;
    Instant out = sys_days{date};
    if (at == text.size()) return out;

    if (!skip(text, at, 'T')) return std::nullopt;
    const auto hour = digits(text, at, 2);
    if (!hour || !skip(text, at, ':')) return std::nullopt;
    const auto minute = digits(text, at, 2);
    if (!minute) return std::nullopt;
    int second = 0;
    if (skip(text, at, ':')) {
        const auto parsed = digits(text, at, 2);
        if (!parsed) return std::nullopt;
        second = *parsed;
        if (skip(text, at, '.')) {
            const auto first = at;
            while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
            if (at == first || at - first > 9) return std::nullopt;
        }
    }
    if (*hour > 23 || *minute > 59 || second > 59) return std::nullopt;
    out += hours{*hour} + minutes{*minute} + seconds{second};
    if (skip(text, at, 'Z')) return at == text.size() ? std::optional{out} : std::nullopt;

    if (at >= text.size() || (text[at] != '+' && text[at] != '-')) return std::nullopt;
    const bool east = text[at++] == '+';
    const auto offset_hours = digits(text, at, 2);
    if (!offset_hours || !skip(text, at, ':')) return std::nullopt;
    const auto offset_minutes = digits(text, at, 2);
    if (!offset_minutes || at != text.size() || *offset_hours > 14 || *offset_minutes > 59) {
        return std::nullopt;
    }
    const auto offset = hours{*offset_hours} + minutes{*offset_minutes};
    return east ? out - offset : out + offset;
}

}  // namespace rookery
