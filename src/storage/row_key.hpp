// Keys of Family::rows: u16 table || 16 id, big-endian, so that a table's rows lie together in the
// order of their ids. Used by whoever reads rows; pure.
#pragma once

#include "base/result.hpp"
#include "storage/store.hpp"
#include "storage/value.hpp"

#include <string>
#include <string_view>

namespace rookery::storage {

inline constexpr std::size_t row_key_bytes = 18;

[[nodiscard]] std::string row_key(const RowRef& row);
/// The row that a key of Family::rows names. Errc::integrity for any other length.
[[nodiscard]] Result<RowRef> parse_row_key(std::string_view key);
/// Every row of the table, tombstones included, by id.
[[nodiscard]] KeyRange all_rows(const schema::Table& table);

/// The id at the end of a key of Family::rows or Family::rowidx.
/// Precondition: at least 16 bytes, as every such key has.
[[nodiscard]] Uuid id_of(std::string_view key);

}  // namespace rookery::storage
