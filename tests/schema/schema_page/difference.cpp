#include "schema/schema_page/difference.hpp"

namespace rookery::schema_page {
namespace {

/// Takes a line off; the end of the text is a line of its own, so that a missing newline is seen.
std::string next_line(std::string_view& text) {
    if (text.empty()) return "(the end)";
    const auto end = text.find('\n');
    if (end == text.npos) {
        const auto rest = std::string(text) + " (and no newline)";
        text = {};
        return rest;
    }
    const std::string line(text.substr(0, end));
    text.remove_prefix(end + 1);
    return line;
}

}  // namespace

std::optional<std::string> first_difference(std::string_view is, std::string_view must_be) {
    if (is == must_be) return std::nullopt;
    std::string found;
    std::string wanted;
    std::size_t number = 0;
    while (found == wanted) {
        found = next_line(is);
        wanted = next_line(must_be);
        ++number;
    }
    return "line " + std::to_string(number) + " is\n  " + found + "\nand must be\n  " + wanted;
}

}  // namespace rookery::schema_page
