#include "query/time_edge.hpp"

namespace rookery::messages {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

constexpr int first_year = 1;
constexpr int last_year = 9999;
constexpr std::int64_t months_in_year = 12;

sys_days first_of(sys_days day, bool of_year) {
    const std::chrono::year_month_day date{day};
    return date.year() / (of_year ? std::chrono::January : date.month()) / 1;
}

Instant start(const Edge& edge, Instant now, const storage::Value* operand) {
    const auto today = floor<days>(now);
    switch (edge.from) {
        case Edge::From::nowhere:
        case Edge::From::now:
            return now;
        case Edge::From::after_now:
            return now + Instant::duration{1};
        case Edge::From::today:
            return today;
        case Edge::From::week:
            return today - (std::chrono::weekday{today} - std::chrono::Sunday);
        case Edge::From::month:
            return first_of(today, false);
        case Edge::From::year:
            return first_of(today, true);
        case Edge::From::given_day:
            return floor<days>(std::get<Instant>(*operand));
    }
    return now;
}

/// The same day and time so many months on; the last day of the month where that has no such day.
Instant plus_months(Instant from, std::int64_t months) {
    const auto day = floor<days>(from);
    const std::chrono::year_month_day date{day};
    const auto count = static_cast<int>(date.year()) * months_in_year +
                       static_cast<unsigned>(date.month()) - 1 + months;
    if (count < first_year * months_in_year) return Instant::min();
    if (count >= (last_year + 1) * months_in_year) return Instant::max();
    const auto month = std::chrono::year{static_cast<int>(count / months_in_year)} /
                       std::chrono::month{static_cast<unsigned>(count % months_in_year) + 1};
    const auto last = (month / std::chrono::last).day();
    return sys_days{month / std::min(date.day(), last)} + (from - day);
}

Instant plus(Instant from, Edge::Step step, std::int64_t steps) {
    switch (step) {
        case Edge::Step::minute:
            return from + std::chrono::minutes{steps};
        case Edge::Step::hour:
            return from + std::chrono::hours{steps};
        case Edge::Step::day:
            return from + days{steps};
        case Edge::Step::month:
            return plus_months(from, steps);
    }
    return from;
}

}  // namespace

std::optional<Instant> time_of(const Edge& edge, Instant now, const storage::Value* operand) {
    if (edge.from == Edge::From::nowhere) return std::nullopt;
    auto steps = static_cast<std::int64_t>(edge.fixed);
    if (edge.counted != 0) steps += edge.counted * std::get<std::int64_t>(*operand);
    const auto out = plus(start(edge, now, operand), edge.step, steps);
    if (!edge.day_after || out == Instant::max()) return out;
    return out + days{1};
}

}  // namespace rookery::messages
