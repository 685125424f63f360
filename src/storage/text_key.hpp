// The collation key of a text: equal under it means equal to $filter, $orderby and alternate keys.
// Canonical caseless matching (Unicode 3.13, D145) in NFC, without trailing blanks (U+0020 only, as
// SQL Server compares). Not locale-dependent: I is i, and neither is the Turkish dotless ı. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rookery::storage {

/// Idempotent. Empty for what counts as null: no text, or blanks only. Bytes that are not UTF-8 are
/// kept as they are, less trailing blanks.
[[nodiscard]] std::string text_key(std::string_view text);

/// Names the rules above and the Unicode version behind them; see text_rules.hpp.
[[nodiscard]] std::string text_key_rules();

/// Strict: no overlong form, no surrogate, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

/// The front of `text`, at most so many code points. Precondition: valid UTF-8.
[[nodiscard]] std::string_view first_code_points(std::string_view text, std::size_t most);

}  // namespace rookery::storage
