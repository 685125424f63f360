// What a filter requires of every row that it admits, where that leads to an index. Pure.
#pragma once

#include "query/filter.hpp"

#include <optional>
#include <vector>

namespace rookery::messages {

/// The values of which `column` has one in every row that `filter` admits; nothing when it requires none.
/// Precondition: `filter` is resolved.
[[nodiscard]] std::optional<std::vector<const storage::Value*>> required_values(
    const Filter& filter, const schema::Column& column
);

}  // namespace rookery::messages
