#include "cli/options/duration_text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace rookery::cli {

Result<std::chrono::seconds> parse_duration(std::string_view text) {
    std::int64_t number = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    std::int64_t unit = 0;
    if (error == std::errc{} && end + 1 == last) {
        switch (*end) {
            case 's':
                unit = 1;
                break;
            case 'm':
                unit = 60;
                break;
            case 'h':
                unit = 3600;
                break;
            case 'd':
                unit = 86400;
                break;
            default:
                break;
        }
    }
    // A century, far from where the multiplication would overflow.
    constexpr std::int64_t seconds_max = std::int64_t{36525} * 86400;
    if (unit == 0 || number <= 0 || number > seconds_max / unit) {
        return fail(
            Errc::usage,
            fmt::format("'{}' is not a length of time", text),
            "write a number and s, m, h or d, as in 90m, 24h or 30d"
        );
    }
    return std::chrono::seconds{number * unit};
}

}  // namespace rookery::cli
