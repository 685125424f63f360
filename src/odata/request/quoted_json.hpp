// A JSON object as the parameter of a function, in a URL, where clients write texts in single quotes as well as in double ones:
// {'PageNumber':1,"Count":50}.
#pragma once

#include <string>
#include <string_view>

namespace rookery::odata {

/// The same with double quotes alone, for parse_json. Within single quotes a doubled one stands for itself.
[[nodiscard]] std::string with_double_quotes(std::string_view raw);

}  // namespace rookery::odata
