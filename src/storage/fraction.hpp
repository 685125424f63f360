// A number with up to five digits after the point, held exactly: what a column of the type double keeps. It compares and
// sorts as a whole number does, and is no NaN.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::storage {

struct Fraction {
    static constexpr std::int64_t one = 100'000;

    std::int64_t parts = 0;  // hundred-thousandths

    friend auto operator<=>(const Fraction&, const Fraction&) = default;
};

/// The nearest one. Nothing for NaN, and beyond a million millions.
[[nodiscard]] std::optional<Fraction> nearest_fraction(double number);
/// "-12.5", "7", "1e3": of any number of digits the nearest. Nothing for what is no such number.
[[nodiscard]] std::optional<Fraction> parse_fraction(std::string_view text);
/// With so many digits after the point, up to five; a half goes away from zero.
[[nodiscard]] Fraction rounded(Fraction number, unsigned digits);
/// As JSON has it, with at least `digits` after the point, and one of them in any case: "-12.5", "7.0".
[[nodiscard]] std::string to_string(Fraction number, unsigned digits = 1);

}  // namespace rookery::storage
