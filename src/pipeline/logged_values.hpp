// What a write's entry on the log says of the row itself: the columns that decide access, before and
// after, so that "who could read this then" can be answered from the log alone. Which columns those are
// the schema says (Table::logged).
#pragma once

#include "audit/event.hpp"
#include "storage/row.hpp"

#include <cstddef>
#include <string_view>

namespace rookery::messages {

/// Longer texts are cut, so that before and after of any row fit an entry and are never clipped.
inline constexpr std::size_t logged_text_max = 256;

inline constexpr std::string_view before_suffix = ".before";

/// Extra of an entry that says that a retained record was purged: "ended".
inline constexpr std::string_view retained_extra = "retained";

/// Adds to the extras `X`, the value of column X after the write, and `X.before`, the one before it, if
/// it was another. Null is absent; of a change it is an empty text. A new row has no `before`, one that
/// goes nothing else. A text of more than logged_text_max bytes is cut and has its SHA-256 beside it, in
/// `X.sha256` or `X.before.sha256`. Null: no such row. Call it before any other extra is added: what
/// stands first is clipped last.
void add_logged_values(audit::Event& event, const storage::Row* before, const storage::Row* after);

}  // namespace rookery::messages
