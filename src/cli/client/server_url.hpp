// The server's URL as people copy it.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace rookery::cli {

/// "https://host" or "https://host:port", lower case: without blanks and line ends around it, and without the path
/// of the API. Errc::usage, with the form to type and nothing of what was given, for all else.
[[nodiscard]] Result<std::string> server_url(std::string_view given);

}  // namespace rookery::cli
