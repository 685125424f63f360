#include "base/clock.hpp"

#include <catch2/catch.hpp>

namespace clock_test {

using namespace rookery;

TEST_CASE("instants are written in UTC with whole seconds", "[base]") {
    CHECK(to_iso8601(from_ms(0)) == "1970-01-01T00:00:00Z");
    CHECK(to_iso8601(from_ms(1770091506999)) == "2026-02-03T04:05:06Z");
    CHECK(to_iso8601(Instant{std::chrono::milliseconds{-1}}) == "1969-12-31T23:59:59Z");
}

TEST_CASE("dates and times are read with any fraction and offset", "[base]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"2026-02-03", "2026-02-03T00:00:00Z"},
        {"2026-02-03T04:05Z", "2026-02-03T04:05:00Z"},
        {"2026-02-03T04:05:06Z", "2026-02-03T04:05:06Z"},
        {"2026-02-03T04:05:06.9999999Z", "2026-02-03T04:05:06Z"},
        {"2026-02-03T04:05:06+02:30", "2026-02-03T01:35:06Z"},
        {"2026-02-03T23:05:06-02:00", "2026-02-04T01:05:06Z"},
        {"2024-02-29", "2024-02-29T00:00:00Z"},
        {"1753-01-01", "1753-01-01T00:00:00Z"},
        {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
    }));
    INFO(text);
    const auto parsed = parse_iso8601(text);
    REQUIRE(parsed);
    CHECK(to_iso8601(*parsed) == expected);
}

TEST_CASE("no other text is a date", "[base]") {
    const auto* bad = GENERATE(
        "",
        "2026",
        "2026-02",
        "2026-2-3",
        "2026-02-30",
        "2025-02-29",
        "2026-13-01",
        "2026-00-01",
        "1752-12-31",
        "0000-01-01",
        "2026-02-03T",
        "2026-02-03T04",
        "2026-02-03T04:05",
        "2026-02-03T24:00:00Z",
        "2026-02-03T04:60:00Z",
        "2026-02-03T04:05:60Z",
        "2026-02-03T04:05:06",
        "2026-02-03T04:05:06.Z",
        "2026-02-03T04:05:06.1234567890Z",
        "2026-02-03T04:05:06Zx",
        "2026-02-03T04:05:06+02",
        "2026-02-03T04:05:06+02:60",
        "2026-02-03T04:05:06+15:00",
        "2026-02-03T04:05:06+02:00Z",
        "2026-02-03 04:05:06Z",
        "2026-02-03t04:05:06z",
        "+2026-02-03",
        " 2026-02-03",
        "2026-02-03 "
    );
    INFO(bad);
    CHECK_FALSE(parse_iso8601(bad));
}

TEST_CASE("a manual clock moves only when it is moved", "[base]") {
    ManualClock clock(from_ms(1000));
    CHECK(clock.now() == from_ms(1000));
    clock.advance(std::chrono::milliseconds{500});
    CHECK(clock.now() == from_ms(1500));
    clock.set(from_ms(20));
    CHECK(clock.now() == from_ms(20));
}

TEST_CASE("the system's clock counts milliseconds of this century", "[base]") {
    const auto now = SystemClock{}.now();
    CHECK(now > *parse_iso8601("2024-01-01"));
    CHECK(from_ms(to_ms(now)) == now);
}

}  // namespace clock_test
