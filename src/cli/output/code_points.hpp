// Unicode code points, and which of them a terminal does not show as what they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rookery::cli {

/// Length of the UTF-8 sequence at the front and its code point; 0 when it is not valid.
/// Precondition: `text` is not empty.
[[nodiscard]] std::size_t decode_utf8(std::string_view text, std::uint32_t& code);

/// Moves the cursor, changes direction, looks like a blank or like nothing, or means something else on
/// every machine: controls, blanks other than U+0020, marks of direction, what Unicode lets a program
/// ignore (joiners, variation selectors, tags, fillers), private use, and what is no character.
[[nodiscard]] bool deceives(std::uint32_t code);

/// Can be taken for the quote ' that ends a name.
[[nodiscard]] bool looks_like_quote(std::uint32_t code);

}  // namespace rookery::cli
