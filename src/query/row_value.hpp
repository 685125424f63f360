// The value of a column in a row, for whoever compares rows: of what a row knows without a cell, too.
#pragma once

#include "schema/schema.hpp"
#include "storage/row.hpp"
#include "storage/value.hpp"

namespace rookery::messages {

/// Null when the row has none. `room` holds what has no cell: the row's id and its versionnumber.
[[nodiscard]] const storage::Value* value_in_row(
    const storage::Row& row, const schema::Column& column, storage::Value& room
);

}  // namespace rookery::messages
