// What a filter requires of every row that it admits, where that leads to an index. Pure.
#pragma once

#include "query/filter.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

/// The values of which `column` has one in every row that `filter` admits; nothing when it requires none.
/// Precondition: `filter` is resolved.
[[nodiscard]] std::optional<std::vector<const storage::Value*>> required_values(
    const Filter& filter, const schema::Column& column
);

/// From the first bytes up to but not at the end, as values of a column sort in its index.
struct Bounds {
    std::string first;
    std::string end;    // empty: no end
    bool both = false;  // the filter gives both, not only one
};

/// Between which bytes the column is in every row that `filter` admits; nothing when it may be anywhere. The column is
/// the name of by_name, where null is a value and the least one, or one of by_state and by_modified.
/// Precondition: `filter` is resolved.
[[nodiscard]] std::optional<Bounds> required_bounds(
    const Filter& filter, const schema::Column& column
);

/// The bytes of a value in these indexes.
[[nodiscard]] std::string index_bytes(const schema::Column& column, const storage::Value* value);

}  // namespace rookery::messages
