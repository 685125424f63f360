#include "odata/request/pieces.hpp"

#include <cstddef>

namespace rookery::odata {
namespace {

/// Behind the text that begins at `i` with a quote; npos when it does not end.
std::size_t behind_quotes(std::string_view text, std::size_t i) {
    const char quote = text[i];
    for (++i; i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"') {
            ++i;
        } else if (text[i] == quote) {
            return i + 1;  // of a doubled one, where the next text begins
        }
    }
    return std::string_view::npos;
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

Result<std::vector<std::string_view>> pieces_of(std::string_view text, char separator) {
    const auto unpaired = [] {
        return fail(Errc::malformed, "Parentheses or quotes of a query option do not pair.");
    };
    std::vector<std::string_view> out;
    std::size_t start = 0;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '\'' || c == '"') {
            i = behind_quotes(text, i);
            if (i == std::string_view::npos) return unpaired();
            continue;
        }
        if (c == ')' && depth == 0) return unpaired();
        if (c == '(') ++depth;
        if (c == ')') --depth;
        if (c == separator && depth == 0) {
            out.push_back(without_blanks(text.substr(start, i - start)));
            start = i + 1;
        }
        ++i;
    }
    if (depth != 0) return unpaired();
    out.push_back(without_blanks(text.substr(start)));
    return out;
}

}  // namespace rookery::odata
