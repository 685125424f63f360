// Characters that come along when a text is copied out of a table or a message: blanks around it, line
// ends, other controls. Nobody sees them, and a token or an id with them matches nothing. One account of
// them for requests and for files. Pure, thread-safe. Precondition of all: valid UTF-8.
#pragma once

#include <string_view>

namespace rookery::messages {

/// The text without the blanks around it: whatever a reader sees as white or does not see at all, the
/// no-break space and the byte order mark among them, and line ends.
[[nodiscard]] std::string_view without_outer_blanks(std::string_view text);

/// "holds a control character", line ends among them; empty: it holds none.
[[nodiscard]] std::string_view control_problem(std::string_view text);

/// The same, or "begins or ends with a blank", of a token: one is stored as it was given or not at all.
[[nodiscard]] std::string_view token_problem(std::string_view token);

}  // namespace rookery::messages
