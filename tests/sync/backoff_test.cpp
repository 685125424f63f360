#include "sync/backoff.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

namespace backoff_test {

using namespace rookery;
using namespace rookery::sync;
using namespace std::chrono_literals;

namespace {

/// 2026-02-03T04:05:06.500Z
const Instant now = from_ms(1'770'091'506'500);

class Always final : public Random {
 public:
    explicit Always(std::uint8_t byte) : byte_(byte) {}

    void fill(std::span<std::uint8_t> out) override { std::fill(out.begin(), out.end(), byte_); }

 private:
    std::uint8_t byte_;
};

}  // namespace

TEST_CASE("Retry-After is seconds or a date", "[sync]") {
    CHECK(parse_retry_after("0", now) == 0s);
    CHECK(parse_retry_after(" 17 ", now) == 17s);
    CHECK(parse_retry_after("Tue, 03 Feb 2026 04:05:36 GMT", now) == 30s);  // rounded up
    CHECK(parse_retry_after("Tuesday, 03-Feb-26 04:05:36 GMT", now) == 30s);
    CHECK(parse_retry_after("Tue, 03 Feb 2026 04:00:00 GMT", now) == 0s);
}

TEST_CASE("a hostile Retry-After is bounded or not taken", "[sync]") {
    for (const char* const long_time :
         {"3601",
          "4294967295",
          "4294967296",
          "99999999999999999999999999",
          "Fri, 31 Dec 9999 23:59:59 GMT"}) {
        CAPTURE(long_time);
        CHECK(parse_retry_after(long_time, now) == retry_after_max);
    }
    for (const std::string text :
         {"",
          " ",
          "-1",
          "+5",
          "1.5",
          "1e9",
          "0x10",
          "5 seconds",
          "soon",
          "2026-02-03",
          "Tue",
          "Tue, 99 Feb 2026 99:99:99 GMT",
          "\xFF"}) {
        CAPTURE(text);
        CHECK(parse_retry_after(text, now) == std::nullopt);
    }
    CHECK(parse_retry_after(std::string(65, '1'), now) == std::nullopt);
}

TEST_CASE("a wait grows to a minute and is drawn from the whole of it", "[sync]") {
    Always least{0};
    SystemRandom random;
    for (const unsigned failures : {0U, 1U, 5U, 6U, 7U, 31U, 32U, 4'000'000'000U}) {
        CAPTURE(failures);
        const auto ceiling = failures < 6 ? std::chrono::milliseconds{1000 << failures} : 60'000ms;
        CHECK(backoff(failures, least) == 0ms);
        auto low = ceiling;
        auto high = 0ms;
        for (int i = 0; i < 2000; ++i) {
            const auto wait = backoff(failures, random);
            REQUIRE(wait >= 0ms);
            REQUIRE(wait <= ceiling);
            low = std::min(low, wait);
            high = std::max(high, wait);
        }
        CHECK(low < ceiling / 10);
        CHECK(high > ceiling * 9 / 10);
    }
}

}  // namespace backoff_test
