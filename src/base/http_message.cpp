#include "base/http_message.hpp"

#include <algorithm>

namespace rookery::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

bool same_header_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

const std::string* Request::header(std::string_view name) const {
    const auto found = std::ranges::find_if(headers, [&](const Header& h) {
        return same_header_name(h.name, name);
    });
    return found == headers.end() ? nullptr : &found->value;
}

void append_header_text(std::string& out, std::string_view text) {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    const auto start = static_cast<std::ptrdiff_t>(out.size());
    out += text;
    const auto first = std::find_if(out.begin() + start, out.end(), control);
    std::replace_if(first, out.end(), control, ' ');
}

std::size_t Request::count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count_if(headers, [&](const Header& h) {
        return same_header_name(h.name, name);
    }));
}

}  // namespace rookery::http
