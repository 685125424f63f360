// The owner in an index entry: what lists go by in order, the entries of names and of modifiedon of the tables that
// have an index of names, says in its value whose row it leads to, so that a list of some owners' rows passes the others
// by without reading them. Format: docs/formats/index.md. Pure and thread-safe.
//
// A hint like the entry itself: whoever is shown a row was judged by the row.
#pragma once

#include "storage/row.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rookery::storage {

/// u16 table || 16 id.
inline constexpr std::size_t owner_bytes = 18;

/// Whether an entry of this key has its row's owner as its value; all others have none.
[[nodiscard]] bool holds_owner(std::string_view entry);

/// The value of an entry of the row. Precondition: the row carries it.
[[nodiscard]] std::string entry_value(const Row& row, std::string_view entry);

/// What entry_value gives for the row's other entries, if this is the entry of its owner; else empty.
[[nodiscard]] std::string_view owner_in(std::string_view entry);

/// The owner that a value names; nothing for a value of another form.
[[nodiscard]] std::optional<RowRef> parse_owner(std::string_view value);

}  // namespace rookery::storage
