// When a policy runs: the times of a series, at the edges of months and years.
#include "rules/recurrence.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace recurrence_test {

using namespace rookery;
using namespace rookery::messages;

namespace {

Instant at(const char* text) { return parse_iso8601(text).value(); }

std::string next(Recurrence recurrence, const char* start, const char* from) {
    const auto out = next_run(recurrence, at(start), at(from));
    return out ? to_iso8601(*out) : "never";
}

}  // namespace

TEST_CASE("a recurrence is one of four words, or none for once", "[messages]") {
    CHECK(parse_recurrence("") == Recurrence::once);
    CHECK(parse_recurrence("DAILY") == Recurrence::daily);
    CHECK(parse_recurrence("WEEKLY") == Recurrence::weekly);
    CHECK(parse_recurrence("MONTHLY") == Recurrence::monthly);
    CHECK(parse_recurrence("YEARLY") == Recurrence::yearly);
    for (const auto* wrong : {"daily", "Daily", " DAILY", "DAILY ", "HOURLY", "FREQ=DAILY"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_recurrence(wrong));
    }
}

TEST_CASE("what runs once runs at its start, or at once when that is over", "[messages]") {
    CHECK(next(Recurrence::once, "2027-03-01T10:00:00Z", "2027-02-01") == "2027-03-01T10:00:00Z");
    CHECK(
        next(Recurrence::once, "2027-03-01T10:00:00Z", "2027-03-01T10:00:00Z") ==
        "2027-03-01T10:00:00Z"
    );
    CHECK(
        next(Recurrence::once, "2027-03-01T10:00:00Z", "2027-03-09T11:00:00Z") ==
        "2027-03-09T11:00:00Z"
    );
}

TEST_CASE("a day and a week are whole ones from the start on", "[messages]") {
    const auto* start = "2027-02-27T23:59:59Z";
    CHECK(next(Recurrence::daily, start, "2027-01-01") == start);
    CHECK(next(Recurrence::daily, start, start) == start);
    CHECK(next(Recurrence::daily, start, "2027-02-28T00:00:00Z") == "2027-02-28T23:59:59Z");
    CHECK(next(Recurrence::daily, start, "2027-02-28T23:59:59Z") == "2027-02-28T23:59:59Z");
    CHECK(
        next(Recurrence::daily, "2028-02-28T01:00:00Z", "2028-02-28T02:00:00Z") ==
        "2028-02-29T01:00:00Z"
    );
    CHECK(next(Recurrence::weekly, start, "2027-02-28") == "2027-03-06T23:59:59Z");
    CHECK(next(Recurrence::weekly, "2026-12-28T00:00:00Z", "2027-01-01") == "2027-01-04T00:00:00Z");
    CHECK(next(Recurrence::weekly, start, "2027-03-06T23:59:59Z") == "2027-03-06T23:59:59Z");
    // However many were missed, the next one is the next one.
    CHECK(next(Recurrence::daily, start, "2031-07-04T12:00:00Z") == "2031-07-04T23:59:59Z");
}

TEST_CASE("a day that a month does not have is its last, and comes back after it", "[messages]") {
    const auto* start = "2027-01-31T08:30:00Z";
    CHECK(next(Recurrence::monthly, start, "2027-01-31T08:30:01Z") == "2027-02-28T08:30:00Z");
    CHECK(next(Recurrence::monthly, start, "2027-02-28T08:30:00Z") == "2027-02-28T08:30:00Z");
    CHECK(next(Recurrence::monthly, start, "2027-02-28T08:30:01Z") == "2027-03-31T08:30:00Z");
    CHECK(next(Recurrence::monthly, start, "2027-04-01") == "2027-04-30T08:30:00Z");
    CHECK(next(Recurrence::monthly, start, "2028-02-01") == "2028-02-29T08:30:00Z");
    CHECK(next(Recurrence::monthly, start, "2027-12-31T08:30:01Z") == "2028-01-31T08:30:00Z");
    CHECK(
        next(Recurrence::monthly, "2027-01-15T00:00:00Z", "2027-02-15T00:00:00Z") ==
        "2027-02-15T00:00:00Z"
    );
    // Each month from the start on once, whatever day it is looked at.
    auto from = at(start);
    for (int month = 1; month <= 48; ++month) {
        const auto run = next_run(Recurrence::monthly, at(start), from).value();
        const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(run)};
        CHECK(static_cast<unsigned>(day.month()) == static_cast<unsigned>((month - 1) % 12 + 1));
        CHECK(day == std::chrono::year_month_day{day.year() / day.month() / std::chrono::last});
        from = run + std::chrono::milliseconds{1};
    }
}

TEST_CASE(
    "the leap day comes back in leap years, and is the day before in the others", "[messages]"
) {
    const auto* start = "2028-02-29T12:00:00Z";
    CHECK(next(Recurrence::yearly, start, "2028-03-01") == "2029-02-28T12:00:00Z");
    CHECK(next(Recurrence::yearly, start, "2031-03-01") == "2032-02-29T12:00:00Z");
    CHECK(next(Recurrence::yearly, start, "2032-02-29T12:00:00Z") == "2032-02-29T12:00:00Z");
    CHECK(next(Recurrence::yearly, "2096-02-29T00:00:00Z", "2100-01-01") == "2100-02-28T00:00:00Z");
    CHECK(next(Recurrence::yearly, "2027-12-31T23:59:59Z", "2028-01-01") == "2028-12-31T23:59:59Z");
}

TEST_CASE("nothing is due behind the last time that there is", "[messages]") {
    const auto* start = "9999-12-31T00:00:00Z";
    for (const auto recurrence :
         {Recurrence::daily, Recurrence::weekly, Recurrence::monthly, Recurrence::yearly}) {
        CHECK(next(recurrence, start, start) == start);
        CHECK(next(recurrence, start, "9999-12-31T00:00:01Z") == "never");
    }
}

}  // namespace recurrence_test
