// Sort keys: the values of $orderby as one byte string that sorts as the rows do, ended by the row's
// id so that no two are equal. Null comes first ascending (SQL Server's order).
#pragma once

#include "query/filter.hpp"
#include "storage/row.hpp"

#include <span>
#include <string>

namespace rookery::messages {

[[nodiscard]] std::string sort_key(std::span<const OrderBy> order, const storage::Row& row);

}  // namespace rookery::messages
