// Sort keys: the values of $orderby as one byte string that sorts as the rows do, ended by the row's
// id so that no two are equal. Null comes first ascending (SQL Server's order).
#pragma once

#include "query/filter.hpp"
#include "storage/row.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rookery::messages {

/// `held` has for each of `order` the row whose column it is; null: none.
[[nodiscard]] std::string sort_key(
    std::span<const OrderBy> order, std::span<const storage::Row* const> held, const Uuid& id
);

/// What a sort key begins with, when `first` is the first of its order, as an ascending order has it: 0 for null, or 1
/// and the value's bytes that sort. Nothing for what is no such key. Precondition: its column is a text or a datetime.
[[nodiscard]] std::optional<std::string> first_value(const OrderBy& first, std::string_view key);

}  // namespace rookery::messages
