// One hexadecimal digit, for whoever writes or reads them in place.
#pragma once

#include <string_view>

namespace rookery {

inline constexpr std::string_view hex_digits = "0123456789abcdef";

/// 0 to 15, of either case; -1 for a character that is no digit.
[[nodiscard]] constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace rookery
