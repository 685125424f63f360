// Where a file begins to differ from what it must be, for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rookery::schema_page {

/// The first line that differs: its number, what it is and what it must be. Nothing for equal texts.
[[nodiscard]] std::optional<std::string> first_difference(
    std::string_view is, std::string_view must_be
);

}  // namespace rookery::schema_page
