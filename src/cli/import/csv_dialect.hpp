// What a CSV file is, by the bytes that it begins with.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string_view>

namespace rookery::cli {

struct CsvDialect {
    char separator = ',';
    std::size_t skip = 0;  // bytes before the header: a byte order mark, a line `sep=;`
    bool named = false;    // by a line of its own
};

/// `front` holds the first line whole and what is there of the second, if the file has them. The separator
/// is that of a line `sep=…`, else the one of comma, semicolon and tab that stands in the first line, which
/// is a header and has no other use for them. Errc::usage, with what to do, for UTF-16 and UTF-32, and for
/// another separator.
[[nodiscard]] Result<CsvDialect> csv_dialect(std::string_view front);

/// "a comma", "a semicolon", "a tab".
[[nodiscard]] std::string_view separator_name(char separator);

}  // namespace rookery::cli
