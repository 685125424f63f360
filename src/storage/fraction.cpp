#include "storage/fraction.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace rookery::storage {
namespace {

constexpr std::size_t digits_max = 5;
// Whole parts up to here are doubles without a loss.
constexpr double number_max = 1e12;

}  // namespace

std::optional<Fraction> nearest_fraction(double number) {
    // NaN compares with nothing.
    if (!(std::abs(number) <= number_max)) return std::nullopt;
    return Fraction{std::llround(number * static_cast<double>(Fraction::one))};
}

std::optional<Fraction> parse_fraction(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return nearest_fraction(number);
}

Fraction rounded(Fraction number, unsigned digits) {
    std::int64_t unit = 1;
    for (auto left = digits; left < digits_max; ++left) unit *= 10;
    const auto half = number.parts < 0 ? -(unit / 2) : unit / 2;
    return {(number.parts + half) / unit * unit};
}

std::string to_string(Fraction number, unsigned digits) {
    const auto parts = number.parts < 0 ? 0 - static_cast<std::uint64_t>(number.parts)
                                        : static_cast<std::uint64_t>(number.parts);
    auto behind = std::to_string(parts % Fraction::one);
    behind.insert(0, digits_max - behind.size(), '0');
    const auto least = std::max<std::size_t>(digits, 1);
    while (behind.size() > least && behind.ends_with('0')) behind.pop_back();
    return (number.parts < 0 ? "-" : "") + std::to_string(parts / Fraction::one) + "." + behind;
}

}  // namespace rookery::storage
