#include "pipeline/stray_characters.hpp"

#include <algorithm>
#include <array>

namespace rookery::messages {
namespace {

/// In UTF-8; U+0085, U+2028 and U+2029 end lines.
constexpr std::array<std::string_view, 29> blanks{
    " ",
    "\t",
    "\n",
    "\v",
    "\f",
    "\r",
    "\xC2\x85",
    "\xC2\xA0",
    "\xE1\x9A\x80",
    "\xE2\x80\x80",
    "\xE2\x80\x81",
    "\xE2\x80\x82",
    "\xE2\x80\x83",
    "\xE2\x80\x84",
    "\xE2\x80\x85",
    "\xE2\x80\x86",
    "\xE2\x80\x87",
    "\xE2\x80\x88",
    "\xE2\x80\x89",
    "\xE2\x80\x8A",
    "\xE2\x80\x8B",
    "\xE2\x80\xA8",
    "\xE2\x80\xA9",
    "\xE2\x80\xAF",
    "\xE2\x81\x9F",
    "\xE2\x81\xA0",
    "\xE3\x80\x80",
    "\xEF\xBB\xBF",
    "\xC2\xAD",
};

/// Every blank begins and ends with one of these.
bool may_be_blank(char c) { return c == ' ' || c == '\x7F' || static_cast<signed char>(c) < 0x20; }

std::size_t blank_at_front(std::string_view text) {
    if (text.empty() || !may_be_blank(text.front())) return 0;
    const auto* const found = std::ranges::find_if(blanks, [&](std::string_view blank) {
        return text.starts_with(blank);
    });
    return found == blanks.end() ? 0 : found->size();
}

std::size_t blank_at_end(std::string_view text) {
    if (text.empty() || !may_be_blank(text.back())) return 0;
    const auto* const found =
        std::ranges::find_if(blanks, [&](std::string_view blank) { return text.ends_with(blank); });
    return found == blanks.end() ? 0 : found->size();
}

/// C0, DEL and C1 controls, and the two separators of Unicode that end a line.
bool holds_control(std::string_view text) {
    for (;;) {
        const auto* const next = std::find_if(text.begin(), text.end(), may_be_blank);
        if (next == text.end()) return false;
        const auto rest = text.substr(static_cast<std::size_t>(next - text.begin()));
        const auto byte = static_cast<unsigned char>(rest.front());
        if (byte < 0x20 || byte == 0x7F) return true;
        if (byte == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0)
            return true;
        if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) return true;
        text = rest.substr(1);
    }
}

}  // namespace

std::string_view without_outer_blanks(std::string_view text) {
    while (const auto size = blank_at_front(text)) text.remove_prefix(size);
    while (const auto size = blank_at_end(text)) text.remove_suffix(size);
    return text;
}

std::string_view control_problem(std::string_view text) {
    return holds_control(text) ? "holds a control character" : std::string_view{};
}

std::string_view token_problem(std::string_view token) {
    if (holds_control(token)) return "holds a control character";
    if (blank_at_front(token) != 0 || blank_at_end(token) != 0)
        return "begins or ends with a blank";
    return {};
}

}  // namespace rookery::messages
