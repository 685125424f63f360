// The rows of the table privilege. None is stored: the program itself is where they are from.
#pragma once

#include "base/uuid.hpp"
#include "storage/row.hpp"

#include <memory>
#include <vector>

namespace rookery::messages {

/// All of them, ascending by id.
[[nodiscard]] const std::vector<std::shared_ptr<const storage::Row>>& privilege_rows();

/// The one of this id; null when there is none.
[[nodiscard]] std::shared_ptr<const storage::Row> privilege_row(const Uuid& id);

}  // namespace rookery::messages
