#include "cli/options/duration_text.hpp"

#include <catch2/catch.hpp>

namespace duration_text_test {

using namespace rookery;
using namespace rookery::cli;
using namespace std::chrono_literals;

TEST_CASE("a length of time is a number and a unit", "[cli]") {
    CHECK(parse_duration("90s").value() == 90s);
    CHECK(parse_duration("90m").value() == 90min);
    CHECK(parse_duration("24h").value() == 24h);
    CHECK(parse_duration("30d").value() == 720h);
    for (const auto* bad :
         {"",
          "h",
          "0h",
          "-1h",
          "1",
          "1w",
          "1.5h",
          "1 h",
          "1hh",
          "99999999999999999999d",
          "9999999d"}) {
        CHECK_FALSE(parse_duration(bad).has_value());
    }
}

}  // namespace duration_text_test
