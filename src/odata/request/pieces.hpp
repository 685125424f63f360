// A query option cut at a separator that stands neither in quotes nor in parentheses.
#pragma once

#include "base/result.hpp"

#include <string_view>
#include <vector>

namespace rookery::odata {

[[nodiscard]] std::string_view without_blanks(std::string_view text);

/// At least one piece, without the blanks around it. Texts stand in single quotes, where a quote is doubled, or as in JSON
/// in double ones. Errc::malformed when quotes or parentheses do not pair.
[[nodiscard]] Result<std::vector<std::string_view>> pieces_of(
    std::string_view text, char separator
);

}  // namespace rookery::odata
