// Numbers with up to five digits after the point.
#include "storage/fraction.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace fraction_test {

using namespace rookery::storage;

TEST_CASE("a fraction is read from any form of a number, and is the nearest", "[storage]") {
    const auto parts = [](std::string_view text) {
        const auto read = parse_fraction(text);
        REQUIRE(read);
        return read->parts;
    };
    CHECK(parts("0") == 0);
    CHECK(parts("-0.0") == 0);
    CHECK(parts("7") == 700'000);
    CHECK(parts("-12.5") == -1'250'000);
    CHECK(parts("1e3") == 100'000'000);
    CHECK(parts("0.1") == 10'000);
    CHECK(parts("47.639999999") == 4'764'000);
    CHECK(parts("-47.639999999") == -4'764'000);
    CHECK(parts("10000000000.00001") == 1'000'000'000'000'001);
}

TEST_CASE("what is no number is no fraction, nor what is too large", "[storage]") {
    for (const auto* text :
         {"", " 1", "1 ", "1,5", "+1", "1.5x", "nan", "inf", "-inf", "1e400", "1e13", "-1e13"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_fraction(text));
    }
    CHECK_FALSE(nearest_fraction(std::numeric_limits<double>::quiet_NaN()));
    CHECK_FALSE(nearest_fraction(std::numeric_limits<double>::infinity()));
}

TEST_CASE("a fraction is written with a point and no more digits than it takes", "[storage]") {
    CHECK(to_string(Fraction{}) == "0.0");
    CHECK(to_string(Fraction{700'000}) == "7.0");
    CHECK(to_string(Fraction{-1'250'000}) == "-12.5");
    CHECK(to_string(Fraction{-1}) == "-0.00001");
    CHECK(to_string(Fraction{100'010}) == "1.0001");
    CHECK(to_string(Fraction{700'000}, 2) == "7.00");
    CHECK(to_string(Fraction{700'001}, 2) == "7.00001");
    CHECK(to_string(Fraction{std::numeric_limits<std::int64_t>::min()}) == "-92233720368547.75808");
}

TEST_CASE("a fraction is rounded to fewer digits, a half away from zero", "[storage]") {
    CHECK(rounded(Fraction{123'456}, 5) == Fraction{123'456});
    CHECK(rounded(Fraction{123'456}, 2) == Fraction{123'000});
    CHECK(rounded(Fraction{123'500}, 2) == Fraction{124'000});
    CHECK(rounded(Fraction{-123'500}, 2) == Fraction{-124'000});
    CHECK(rounded(Fraction{-123'499}, 2) == Fraction{-123'000});
    CHECK(rounded(Fraction{150'000}, 0) == Fraction{200'000});
}

}  // namespace fraction_test
