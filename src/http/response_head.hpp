// The bytes of an answer's head: status line, headers, the ones that HTTP itself asks for.
#pragma once

#include "base/clock.hpp"
#include "base/http_message.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::http {

enum class Persistence : std::uint8_t { close, keep, keep_for_1_0 };

/// Appends status line, headers, Date, Content-Length (not for 1xx, 204 and 304) and Connection to
/// `out`. Control characters in header values become blanks: a value cannot end its line.
void append_head(WipedBuffer& out, const Response& response, Persistence persistence, Instant now);

/// "OK", "Not Found"…; "Unknown" for a status this server does not use.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace rookery::http
