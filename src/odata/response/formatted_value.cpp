#include "odata/response/formatted_value.hpp"

#include <algorithm>
#include <chrono>

namespace rookery::odata {
namespace {

std::string_view label(const schema::Column& column, std::int64_t number) {
    const auto found = std::ranges::find_if(column.options, [&](const schema::Option& option) {
        return option.value == number;
    });
    return found == column.options.end() ? std::string_view{} : found->label;
}

std::string date_and_time(Instant time, bool date_only) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::string out = std::to_string(static_cast<unsigned>(date.month())) + "/" +
                      std::to_string(static_cast<unsigned>(date.day())) + "/" +
                      std::to_string(static_cast<int>(date.year()));
    if (date_only) return out;
    const auto hour = clock.hours().count();
    const auto minute = clock.minutes().count();
    out += " " + std::to_string(hour % 12 == 0 ? 12 : hour % 12) + ":";
    if (minute < 10) out += "0";
    out += std::to_string(minute) + (hour < 12 ? " AM" : " PM");
    return out;
}

std::string with_digits(storage::Fraction number, unsigned digits) {
    auto text = to_string(number, digits);
    const auto point = text.find('.');
    const std::size_t first = number.parts < 0 ? 1 : 0;
    for (auto at = point; at > first + 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

}  // namespace

std::string grouped(std::int64_t number) {
    auto digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (auto at = digits.size(); at > first + 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

std::string formatted_value(const schema::Column& column, const storage::Value& value) {
    if (column.type == schema::Type::managed) return {};
    if (const auto* flag = std::get_if<bool>(&value)) {
        if (const auto known = label(column, *flag ? 1 : 0); !known.empty())
            return std::string{known};
        return *flag ? "Yes" : "No";
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        if (!column.options.empty()) return std::string{label(column, *number)};
        return grouped(*number);
    }
    if (const auto* number = std::get_if<storage::Fraction>(&value)) {
        return with_digits(*number, column.precision);
    }
    if (const auto* time = std::get_if<Instant>(&value)) {
        return date_and_time(*time, column.date_format == "DateOnly");
    }
    return {};
}

}  // namespace rookery::odata
