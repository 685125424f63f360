// Percent-decoding (RFC 3986 section 2.1). A URL is decoded here, exactly once, and nowhere else.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace rookery::odata {

enum class Plus { literal, space };  // '+' in a path, '+' in a query

/// Errc::malformed for a bad escape, an encoded NUL and bytes that are not UTF-8.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text, Plus plus);

}  // namespace rookery::odata
