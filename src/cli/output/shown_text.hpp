// Texts from outside in lines whose fields are parted by two blanks.
#pragma once

#include <string>
#include <string_view>

namespace rookery::cli {

/// Printable, and no two blanks in a row.
[[nodiscard]] std::string field_text(std::string_view text);

}  // namespace rookery::cli
