// Text known at compile time that lives as long as the program, so that rows of the schema can be
// derived from a table's name instead of being written once per table. Used by src/schema only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace rookery::schema {

/// A string literal as a template argument.
template <std::size_t N>
struct FixedText {
    char text[N]{};

    constexpr FixedText(const char (&literal)[N]) { std::copy_n(literal, N, text); }

    [[nodiscard]] constexpr std::string_view view() const { return {text, N - 1}; }
};

template <FixedText... parts>
struct Joined {
    static constexpr std::size_t size = (parts.view().size() + ... + 0);

    struct Text {
        char text[size + 1]{};
    };

    static constexpr Text stored = [] {
        Text out;
        char* to = out.text;
        ((to = std::copy_n(parts.text, parts.view().size(), to)), ...);
        return out;
    }();

    static constexpr std::string_view value{stored.text, size};
};

/// joined<"lk_", table, "_createdby"> is one string_view.
template <FixedText... parts>
inline constexpr std::string_view joined = Joined<parts...>::value;

}  // namespace rookery::schema
