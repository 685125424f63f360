// Texts from outside in lines whose fields are parted by two blanks.
#pragma once

#include <string>
#include <string_view>

namespace rookery::cli {

/// No two blanks in a row: the second becomes \x20.
[[nodiscard]] std::string single_blanks(std::string_view text);

/// Printable, and no two blanks in a row.
[[nodiscard]] std::string field_text(std::string_view text);

}  // namespace rookery::cli
