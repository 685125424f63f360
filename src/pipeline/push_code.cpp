#include "pipeline/push_code.hpp"

#include <algorithm>
#include <iterator>

namespace rookery::messages {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

bool is_push_code(std::string_view code) {
    constexpr std::string_view hex = "0x";
    constexpr std::string_view http = "http-";
    if (code.starts_with(hex)) {
        const auto digits = code.substr(hex.size());
        return digits.size() == 8 && std::ranges::all_of(digits, is_hex);
    }
    if (code.starts_with(http)) {
        const auto digits = code.substr(http.size());
        return digits.size() == 3 && digits[0] >= '1' && digits[0] <= '5' &&
               std::ranges::all_of(digits, is_digit);
    }
    return std::ranges::find(push_code::all, code) != std::end(push_code::all);
}

bool is_privilege_name(std::string_view name) {
    constexpr std::string_view prefix = "prv";
    if (!name.starts_with(prefix)) return false;
    const auto rest = name.substr(prefix.size());
    return !rest.empty() && rest.size() <= 90 && std::ranges::all_of(rest, is_word);
}

}  // namespace rookery::messages
