// Secondary indexes: keys of Family::rowidx, derived from a row and the schema alone; their values are empty
// or the row's owner (entry_owner.hpp). Format: docs/formats/index.md. Called by messages when it plans and when
// it looks for rows; pure and thread-safe.
//
//   entry     = u16(table) || u8(kind) || index || value || 16 id
//   reference = u8(1) || u16(column) || u16(target table) || 16 target
//   ordered   = u8(2) || u16(column) || u64(value with the sign bit turned)
//   key       = u8(3) || u8(n) || n × u16(column) || n × value
//   name      = u8(4) || u16(column) || (u8(0) | u8(1) value)
//   kept      = u8(5) || u16(deletion or retention column) || u64(time of that with the sign bit turned)
//
// References are lookup and owner columns that are stored, ordered are statecode and modifiedon, keys
// are the alternate keys, the name is the primary name of a table whose rows have owners. A row that is kept has the last
// one and no other.
//
// An entry is a hint and carries no tag: whoever follows one verifies the row and that it carries()
// the entry. A null has no entry, but in the index of names: there every row has one.
#pragma once

#include "base/clock.hpp"
#include "storage/row.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "storage/store.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::storage {

/// Every entry of a live row, ascending. A tombstone has none.
[[nodiscard]] std::vector<std::string> index_entries(const Row& row);
/// The one entry of a row that is kept.
[[nodiscard]] std::string index_entry(const KeptRow& kept);

struct IndexDiff {
    std::vector<std::string> puts;
    std::vector<std::string> removals;
};

/// What turns the entries of `before` into those of `after`, both ascending; null is a row that is not there. Beside an
/// entry that holds the owner stands the owner's own.
[[nodiscard]] IndexDiff diff(const Row* before, const Row* after);

/// Whether the row has this entry: true for every entry that index_entries gives, false for all
/// else.
[[nodiscard]] bool carries(const Row& row, std::string_view entry);
/// Whether the row has these values of an alternate key, in its order; false when one is null.
[[nodiscard]] bool carries(
    const Row& row, const schema::AlternateKey& key, std::span<const Value> values
);

/// Whether `by_lookup`, `by_state` or `by_modified` has something to walk for the column.
[[nodiscard]] bool is_indexed(const schema::Column& column);

/// The column that `by_name` walks by, or nullptr for a table without that index.
[[nodiscard]] const schema::Column* name_column(const schema::Table& table);

/// Rows whose lookup or owner column leads to `target`, by id.
[[nodiscard]] KeyRange by_lookup(
    const schema::Table& table, const schema::Column& column, const RowRef& target
);
/// Rows of a user-owned table that `owner` owns, by id. Throws std::logic_error for another table.
[[nodiscard]] KeyRange by_owner(const schema::Table& table, const RowRef& owner);
/// Rows in this state, by id. Throws std::logic_error for a table without statecode.
[[nodiscard]] KeyRange by_state(const schema::Table& table, std::int64_t state);
/// Rows by modifiedon, then id. Throws std::logic_error for a table without modifiedon.
[[nodiscard]] KeyRange by_modified(const schema::Table& table);
/// Rows by name, those without one first, then id. Throws std::logic_error for a table without that index.
[[nodiscard]] KeyRange by_name(const schema::Table& table);
/// Rows in the recycle bin by the time of their deletion, then id.
[[nodiscard]] KeyRange by_deletion(const schema::Table& table);
/// Retained rows by the time since when they are, then id.
[[nodiscard]] KeyRange by_retention(const schema::Table& table);
/// Of these, those that were retained earlier.
[[nodiscard]] KeyRange by_retention(const schema::Table& table, Instant before);
/// Every row in the order of statecode or modifiedon. Throws std::logic_error for another column.
[[nodiscard]] KeyRange by_value(const schema::Table& table, const schema::Column& column);
/// What all entries of one index begin with, and those of no other: its table, kind and first column.
inline constexpr std::size_t index_prefix_bytes = 2 + 1 + 2;
/// The value in an entry of a range of `by_state`, `by_modified` or `by_name`, as bytes that sort.
[[nodiscard]] std::string_view value_in(std::string_view entry);
/// Which of those bytes `value` has in `by_name`; null for none.
[[nodiscard]] std::string name_bytes(const Value* value);
/// The one row that carries these values of an alternate key, texts by their collation keys. An empty
/// range when one is null: nulls are not unique. Throws std::logic_error for a value of another
/// type.
[[nodiscard]] KeyRange by_key(
    const schema::Table& table, const schema::AlternateKey& key, std::span<const Value> values
);

/// What is left of `range` after `key`, walking in `order`: the next page.
[[nodiscard]] KeyRange beyond(KeyRange range, std::string_view key, Order order);

}  // namespace rookery::storage
