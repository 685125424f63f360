// Pattern: LIKE, compiled once and matched against many texts. % is any run, _ any character, [a-z] and
// [^a] are classes, [%] is an escape. Pure.
#pragma once

#include "query/filter.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::messages {

/// The code points of UTF-8, in memory that was used before.
void to_points(std::string_view text, std::u32string& out);

/// What the collation key of every text begins with that `like` matches from its start: all before the first wildcard, but for
/// blanks that end it, which the key may have lost.
[[nodiscard]] std::string literal_start(std::string_view like);

class Pattern {
 public:
    /// Of `like` the collation key is taken.
    Pattern(TextMatch kind, std::string_view like);

    /// `text` is a collation key, or one with the blanks behind it that ended its text. Adds to `steps` how much
    /// was compared: at most the text's size times the pattern's.
    [[nodiscard]] bool matches(std::u32string_view text, std::uint64_t& steps) const;

 private:
    /// What one place stands for.
    struct Element {
        enum class Kind : std::uint8_t { one, any_one, any_run, in_class, not_in_class };

        Kind kind = Kind::one;
        char32_t point = 0;
        std::vector<std::pair<char32_t, char32_t>> ranges = {};

        [[nodiscard]] bool fits(char32_t c, std::uint64_t& steps) const;
    };

    [[nodiscard]] static Element read_class(std::u32string_view pattern, std::size_t& i);

    std::vector<Element> elements_;
};

}  // namespace rookery::messages
