#include "sync/backoff.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace rookery::sync {

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, Instant now) {
    using std::chrono::seconds;
    constexpr std::size_t bytes_max = 64;
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    if (text.empty() || text.size() > bytes_max) return std::nullopt;
    if (text.find_first_not_of("0123456789") == std::string_view::npos) {
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc::result_out_of_range) return retry_after_max;
        return std::min(seconds{number}, retry_after_max);
    }
    // A date begins with the day's name; curl_getdate would also take "-5" or "2026".
    const bool named =
        (text.front() >= 'A' && text.front() <= 'Z') && text.find(':') != std::string_view::npos;
    if (!named) return std::nullopt;
    const auto date = curl_getdate(std::string{text}.c_str(), nullptr);
    if (date < 0) return std::nullopt;
    const auto wait = std::chrono::ceil<seconds>(std::chrono::sys_seconds{seconds{date}} - now);
    return std::clamp(wait, seconds{0}, retry_after_max);
}

std::chrono::milliseconds backoff(unsigned failures, Random& random) {
    using std::chrono::milliseconds;
    const auto ceiling = failures >= 6 ? milliseconds{backoff_max}
                                       : milliseconds{std::chrono::seconds{1U << failures}};
    std::array<std::uint8_t, 4> bytes{};
    random.fill(bytes);
    std::uint32_t drawn = 0;
    for (const auto byte : bytes) drawn = drawn << 8U | byte;
    // 32 bits over at most 60,000 steps: the bias is below one in 70,000.
    return milliseconds{drawn % (static_cast<std::uint32_t>(ceiling.count()) + 1)};
}

}  // namespace rookery::sync
