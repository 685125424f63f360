// The rows of the tables of which none is stored: the program itself is where they are from.
#pragma once

#include "base/uuid.hpp"
#include "storage/row.hpp"

#include <memory>
#include <vector>

namespace rookery::messages {

using MadeRows = std::vector<std::shared_ptr<const storage::Row>>;

/// All of them, ascending by id. Precondition: Table::made.
[[nodiscard]] const MadeRows& made_rows(const schema::Table& table);

/// The one of this id; null when there is none. Precondition: Table::made.
[[nodiscard]] std::shared_ptr<const storage::Row> made_row(
    const schema::Table& table, const Uuid& id
);

}  // namespace rookery::messages
