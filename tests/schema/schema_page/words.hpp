// What the schema page says of a table and of a column, in the words of docs/formats/. Where the program
// itself decides something, such as which columns have cells, it is asked.
#pragma once

#include "schema/schema.hpp"

#include <span>
#include <string_view>

namespace rookery::schema_page {

/// Every table: the served ones, then those outside.
[[nodiscard]] std::span<const schema::Table* const> every_table();

/// As in docs/formats/row.md: "uid", "text", …
[[nodiscard]] std::string_view type_of(const schema::Column& column);

/// Where the value of a column is found: "cell", or why there is none.
///   id          the row's own id, in the key
///   derived     from other rows, or from what is so in every vault, whenever the row is read
///   redirected  in the sealed column that `sibling` names
///   virtual     nowhere: a name that only the metadata has
[[nodiscard]] std::string_view place_of(const schema::Column& column);

/// "reference", "ordered" or "name", kinds of docs/formats/index.md; empty: no entry of its own.
[[nodiscard]] std::string_view index_of(const schema::Table& table, const schema::Column& column);

/// Whether the vault stores rows of the table.
[[nodiscard]] bool has_rows(const schema::Table& table);

/// The N:N whose pairs the table holds; null when it holds none.
[[nodiscard]] const schema::Association* pairs_of(const schema::Table& table);

}  // namespace rookery::schema_page
