#include "http/response_head.hpp"

#include "base/append_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string>

namespace rookery::http {
namespace {

struct Phrase {
    int status;
    std::string_view text;
};

// clang-format off
constexpr Phrase phrases[] = {
    {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {304, "Not Modified"},
    {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
    {405, "Method Not Allowed"}, {408, "Request Timeout"}, {409, "Conflict"}, {410, "Gone"},
    {412, "Precondition Failed"}, {413, "Payload Too Large"}, {414, "URI Too Long"},
    {415, "Unsupported Media Type"}, {417, "Expectation Failed"}, {428, "Precondition Required"},
    {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"}, {501, "Not Implemented"}, {503, "Service Unavailable"},
};

// clang-format on

void append_number(WipedBuffer& out, std::size_t number) {
    std::array<char, 20> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    static_cast<void>(error);  // 20 digits hold every size
    append_text(out, {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

/// RFC 9110 section 5.6.7. The text is the same for a second, and each thread keeps its own.
std::string_view http_date(Instant now) {
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    thread_local std::int64_t of = -1;
    thread_local std::array<char, 64> text{};
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second.time_since_epoch().count() != of) {
        of = second.time_since_epoch().count();
        const auto day = std::chrono::floor<std::chrono::days>(second);
        const std::chrono::year_month_day date{day};
        const std::chrono::hh_mm_ss time{second - day};
        std::snprintf(
            text.data(),
            text.size(),
            "%s, %02u %s %04d %02d:%02d:%02d GMT",
            days[std::chrono::weekday{day}.c_encoding()],
            static_cast<unsigned>(date.day()),
            months[static_cast<unsigned>(date.month()) - 1],
            static_cast<int>(date.year()),
            static_cast<int>(time.hours().count()),
            static_cast<int>(time.minutes().count()),
            static_cast<int>(time.seconds().count())
        );
    }
    return text.data();
}

bool has_length(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

std::string_view reason_phrase(int status) {
    const auto* const found = std::ranges::find(phrases, status, &Phrase::status);
    return found == std::end(phrases) ? "Unknown" : found->text;
}

void append_head(WipedBuffer& out, const Response& response, Persistence persistence, Instant now) {
    append_text(out, "HTTP/1.1 ");
    append_number(out, static_cast<std::size_t>(response.status));
    append_text(out, " ");
    append_text(out, reason_phrase(response.status));
    append_text(out, "\r\nDate: ");
    append_text(out, http_date(now));
    append_text(out, response.header_lines);
    if (has_length(response.status)) {
        append_text(out, "\r\nContent-Length: ");
        append_number(out, response.body.size());
    }
    if (persistence == Persistence::close) append_text(out, "\r\nConnection: close");
    if (persistence == Persistence::keep_for_1_0) append_text(out, "\r\nConnection: keep-alive");
    append_text(out, "\r\n\r\n");
}

}  // namespace rookery::http
