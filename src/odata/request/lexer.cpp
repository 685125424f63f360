#include "odata/request/lexer.hpp"

#include <algorithm>

namespace rookery::odata {
namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool digit(char c) { return c >= '0' && c <= '9'; }

// Everything that names, numbers, GUIDs and dates are made of.
bool word_char(char c) {
    return letter(c) || digit(c) || c == '.' || c == '-' || c == ':' || c == '+';
}

Error at_position(std::string_view what, std::size_t at) {
    return {Errc::malformed, std::string{what} + " at position " + std::to_string(at) + ".", {}};
}

/// Whether `any(` or `all(` stands before the last `words` words.
bool names_variable(const std::vector<Token>& tokens, std::size_t words) {
    if (tokens.size() < words + 2) return false;
    const auto* last = &tokens.back();
    if (words == 1 && (last--)->kind != TokenKind::word) return false;
    return last->kind == TokenKind::open && (last[-1].is("any") || last[-1].is("all"));
}

}  // namespace

std::string Token::text() const {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        out += raw[i];
        if (raw[i] == '\'') ++i;
    }
    return out;
}

Result<std::vector<Token>> tokenize(std::string_view input) {
    std::vector<Token> out;
    std::size_t i = 0;
    const auto single = [&](TokenKind kind) {
        out.push_back({kind, input.substr(i, 1), i, false});
        ++i;
    };
    while (i < input.size()) {
        const char c = input[i];
        if (c == ' ' || c == '\t') {
            ++i;
        } else if (c == '(') {
            single(TokenKind::open);
        } else if (c == ')') {
            single(TokenKind::close);
        } else if (c == ',') {
            single(TokenKind::comma);
        } else if (c == '=') {
            single(TokenKind::equals);
        } else if (c == '/') {
            single(TokenKind::slash);
        } else if (c == '[') {
            single(TokenKind::open_list);
        } else if (c == ']') {
            single(TokenKind::close_list);
        } else if (c == '"') {
            const auto start = i + 1;
            auto end = start;
            while (end < input.size() && input[end] != '"') end += input[end] == '\\' ? 2 : 1;
            if (end >= input.size()) {
                return fail(at_position("There is an unterminated literal", i));
            }
            out.push_back({TokenKind::quoted, input.substr(start, end - start), i, false});
            i = end + 1;
        } else if (c == '\'') {
            const auto start = i + 1;
            std::size_t end = start;
            for (;; ++end) {
                if (end >= input.size()) {
                    return fail(at_position("There is an unterminated literal", i));
                }
                if (input[end] != '\'') continue;
                if (end + 1 >= input.size() || input[end + 1] != '\'') break;
                ++end;
            }
            out.push_back({TokenKind::text, input.substr(start, end - start), i, false});
            i = end + 1;
        } else if (c == ':' && names_variable(out, 1)) {
            single(TokenKind::colon);
        } else if (c == '@' || word_char(c)) {
            auto end = i + 1;
            while (end < input.size() && word_char(input[end])) ++end;
            if (names_variable(out, 0)) end = std::min(end, input.find(':', i + 1));
            const auto word = input.substr(i, end - i);
            if (c == '@') {
                if (!is_name(word.substr(1))) {
                    return fail(at_position("A parameter alias is not a name", i));
                }
                out.push_back({TokenKind::alias, word, i, false});
            } else {
                const bool glued = end < input.size() && input[end] == '\'';
                out.push_back({TokenKind::word, word, i, glued});
            }
            i = end;
        } else {
            return fail(at_position("Syntax error: unexpected character", i));
        }
    }
    out.push_back({TokenKind::end, {}, input.size(), false});
    return out;
}

bool is_name(std::string_view word) {
    return !word.empty() && word.size() <= 128 && letter(word.front()) &&
           std::ranges::all_of(word, [](char c) { return letter(c) || digit(c); });
}

}  // namespace rookery::odata
