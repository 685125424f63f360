// A row that is made by the key in its URL: what the key says of it, as if the body had said it.
#pragma once

#include "base/result.hpp"
#include "pipeline/input.hpp"
#include "storage/row.hpp"

namespace rookery::messages {

/// Cells for the columns of `key` that `body` leaves out, checked as a body's are. Errc: what
/// column_value says; invalid_argument for a value that counts as null, since no row is named by it and
/// every such request would make another.
[[nodiscard]] Result<Input> cells_of_key(
    const schema::Table& table, const KeyValues& key, const Input& body
);

/// Errc::bad_payload when the body made `row` another one than `key` names.
[[nodiscard]] Result<void> check_named_by(const storage::Row& row, const KeyValues& key);

}  // namespace rookery::messages
