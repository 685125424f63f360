// The words of a job's cursor: parts of a text that one character keeps apart, and the numbers and keys in them.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery {

/// What a cursor says that this version does not write.
[[nodiscard]] tl::unexpected<Error> bad_cursor();

[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char between);

/// Decimal digits and nothing else.
[[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view text);

/// A key of the store in hex, "-" for none.
[[nodiscard]] std::string key_word(std::string_view key);
[[nodiscard]] std::optional<std::string> key_of(std::string_view word);

}  // namespace rookery
