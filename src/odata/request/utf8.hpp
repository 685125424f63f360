// Lengths in code points, and names that are safe to repeat. Whether bytes are UTF-8 at all says
// storage/text_key.hpp.
#pragma once

#include <cstddef>
#include <string_view>

namespace rookery::odata {

/// Precondition: valid UTF-8.
[[nodiscard]] std::size_t code_points(std::string_view text);
/// `name` when it looks like an identifier of the API, else a text that says it is not shown: error
/// messages reach logs and terminals.
[[nodiscard]] std::string_view showable(std::string_view name);

}  // namespace rookery::odata
