// docs/formats/schema.md: its tables are made of the schema, the words around them are written in the
// page itself, outside two marks.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace rookery::schema_page {

inline constexpr std::string_view begin_mark = "<!-- made of src/schema: begin -->\n";
inline constexpr std::string_view end_mark = "<!-- made of src/schema: end -->\n";

/// The page with what the schema says between its marks. Errc::invalid_argument unless both are there,
/// once and in order.
[[nodiscard]] Result<std::string> with_tables(std::string_view page);

}  // namespace rookery::schema_page
