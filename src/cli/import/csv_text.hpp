// CSV as it is written: RFC 4180, with a comma, and CR LF.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace rookery::cli {

/// A line with its end. A field is quoted where a reader could take it for something else: separators, quotes,
/// line ends, blanks around it.
void append_csv_line(std::string& out, std::initializer_list<std::string_view> fields);

}  // namespace rookery::cli
