// Tokens of the expressions in a URL: $filter, key predicates, parameter lists, parameter aliases.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata {

enum class TokenKind : std::uint8_t {
    word,    // name, keyword, number, GUID, date: told apart by whoever reads it
    text,    // 'it''s'
    quoted,  // "it's", a text of JSON: in lists alone
    alias,   // @name
    open_list,
    close_list,
    open,
    close,
    comma,
    equals,
    slash,
    colon,  // behind the variable of any and all alone: elsewhere it is of a time
    end,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view raw;  // in the input; of texts: what stands between the quotes
    std::size_t at = 0;    // position in the input, for messages
    bool glued = false;    // a word that a quote follows at once: guid'…' and the like

    [[nodiscard]] bool is(std::string_view word) const {
        return kind == TokenKind::word && raw == word;
    }

    /// The text with doubled quotes undone. Precondition: of kind text.
    [[nodiscard]] std::string text() const;
};

/// The tokens of `input`, the last one being `end`. They point into `input`.
/// Errc::malformed for a character that starts no token and for an unterminated text; the message
/// gives positions, never what stands there.
[[nodiscard]] Result<std::vector<Token>> tokenize(std::string_view input);

/// A name of the API: letter or underscore, then letters, digits, underscores.
[[nodiscard]] bool is_name(std::string_view word);

}  // namespace rookery::odata
