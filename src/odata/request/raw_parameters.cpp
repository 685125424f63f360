#include "odata/request/raw_parameters.hpp"

#include "odata/request/entity_key.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/pieces.hpp"

#include <algorithm>

namespace rookery::odata {
namespace {

bool is_quote(char c) { return c == '\'' || c == '"'; }

/// Where the first parameter of `text` ends: at a comma outside of quotes and brackets. Nothing when those do not match.
std::optional<std::size_t> end_of_parameter(std::string_view text) {
    char quote = '\0';
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (is_quote(c)) {
            quote = c;
        } else if (c == '(' || c == '[' || c == '{') {
            ++depth;
        } else if (c == ')' || c == ']' || c == '}') {
            if (depth-- == 0) return std::nullopt;
        } else if (c == ',' && depth == 0) {
            return at;
        }
    }
    if (quote != '\0' || depth != 0) return std::nullopt;
    return text.size();
}

Result<> set_raw(RawParameters& out, std::string_view name, std::string_view value) {
    value = without_blanks(value);
    if (!value.empty() && value != "null") out.emplace(name, value);
    return {};
}

/// Takes what stands between `open` and `close`, if both are there.
bool unwrap(std::string_view& text, std::string_view open, std::string_view close) {
    if (text.size() < open.size() + close.size()) return false;
    if (!text.starts_with(open) || !text.ends_with(close)) return false;
    text.remove_prefix(open.size());
    text.remove_suffix(close.size());
    return true;
}

}  // namespace

Result<RawParameters> read_raw_parameters(
    const Function& function, std::optional<std::string_view> arguments, const QueryOptions& options
) {
    RawParameters out;
    auto left = without_blanks(arguments.value_or(std::string_view{}));
    if (left.empty()) {
        for (const auto& [alias, value] : options.aliases) {
            const auto found =
                std::ranges::find(function.parameters, std::string_view{alias}, &Parameter::alias);
            if (found == function.parameters.end()) return wrong_parameter(function, alias);
            ROOKERY_CHECK(set_raw(out, found->name, value));
        }
        return out;
    }
    std::vector<std::string_view> seen;
    while (true) {
        const auto end = end_of_parameter(left);
        const auto equals = left.find('=');
        if (!end || equals >= *end) {
            return fail(Errc::malformed, "Bad Request - Error in query syntax.");
        }
        const auto name = without_blanks(left.substr(0, equals));
        const auto found = std::ranges::find(function.parameters, name, &Parameter::name);
        const bool repeated = std::ranges::find(seen, name) != seen.end();
        if (found == function.parameters.end() || repeated) return wrong_parameter(function, name);
        seen.push_back(found->name);
        auto value = without_blanks(left.substr(equals + 1, *end - equals - 1));
        if (value.starts_with('@')) {
            const auto* text = is_name(value.substr(1)) ? options.alias(value) : nullptr;
            value = text == nullptr ? std::string_view{} : std::string_view{*text};
        }
        ROOKERY_CHECK(set_raw(out, found->name, value));
        if (*end == left.size()) return out;
        left.remove_prefix(*end + 1);
    }
}

std::optional<std::string> text_of(std::string_view raw) {
    if (raw.empty() || !is_quote(raw.front())) {
        if (std::ranges::any_of(raw, is_quote)) return std::nullopt;
        return std::string{raw};
    }
    const auto tokens = tokenize(raw);
    if (!tokens || tokens->size() != 2) return std::nullopt;
    return tokens->front().text();
}

std::optional<std::vector<std::string>> texts_of(std::string_view raw, std::size_t most) {
    if (raw.find('\\') != std::string_view::npos) return std::nullopt;
    const auto tokens = tokenize(raw);
    // Brackets and the end, and between them texts and commas by turns.
    if (!tokens || tokens->size() < 3 || tokens->front().kind != TokenKind::open_list) {
        return std::nullopt;
    }
    std::vector<std::string> out;
    if (tokens->size() == 3 && (*tokens)[1].kind == TokenKind::close_list) return out;
    for (std::size_t at = 1; at + 2 < tokens->size(); at += 2) {
        const auto& token = (*tokens)[at];
        const bool is_word = token.kind == TokenKind::word && !token.glued;
        const bool is_text = token.kind == TokenKind::text || token.kind == TokenKind::quoted;
        if ((!is_word && !is_text) || out.size() == most) return std::nullopt;
        out.push_back(token.kind == TokenKind::text ? token.text() : std::string{token.raw});
        const bool last = at + 3 == tokens->size();
        const auto after = (*tokens)[at + 1].kind;
        if (after != (last ? TokenKind::close_list : TokenKind::comma)) return std::nullopt;
        if (last) return out;
    }
    return std::nullopt;
}

Result<std::optional<messages::Target>> target_of(
    std::string_view raw, const RequestOrigin& origin
) {
    const std::optional<messages::Target> none;
    auto text = raw;
    if (!unwrap(text, "{", "}")) return none;
    text = without_blanks(text);
    if (!text.starts_with("'@odata.id'") && !text.starts_with("\"@odata.id\"")) return none;
    text = without_blanks(text.substr(std::string_view{"'@odata.id'"}.size()));
    if (!text.starts_with(':')) return none;
    text = without_blanks(text.substr(1));
    // A key within single quotes has some of its own, so the last one ends the text.
    if (!unwrap(text, "'", "'") && !unwrap(text, "\"", "\"")) return none;
    ROOKERY_TRY(auto target, read_reference(text, origin));
    return std::optional(std::move(target));
}

std::optional<std::string_view> member_of(std::string_view raw, std::string_view type) {
    constexpr std::string_view own_namespace = "Microsoft.Dynamics.CRM.";
    if (raw.starts_with(own_namespace)) {
        raw.remove_prefix(own_namespace.size());
        if (!raw.starts_with(type)) return std::nullopt;
        raw.remove_prefix(type.size());
    }
    if (!unwrap(raw, "'", "'") || std::ranges::any_of(raw, is_quote)) return std::nullopt;
    return raw;
}

}  // namespace rookery::odata
