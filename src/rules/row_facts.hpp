// Reads the columns of a row that become a fact of access.
#pragma once

#include "storage/row.hpp"

#include <string_view>

namespace rookery::messages {

/// Null: the column is. What decides stands on the log, or nobody could tell later what was decided by: throws
/// std::logic_error for a column that is not logged and is no digest (a bearer's hash is its secret's).
[[nodiscard]] const storage::Value* deciding(const storage::Row& row, std::string_view column);

/// The same, or T{} for null.
template <class T>
[[nodiscard]] T fact_value(const storage::Row& row, std::string_view column) {
    const auto* value = deciding(row, column);
    const auto* found = value == nullptr ? nullptr : std::get_if<T>(value);
    return found == nullptr ? T{} : *found;
}

/// The row that a lookup leads to, or nil.
[[nodiscard]] inline Uuid fact_target(const storage::Row& row, std::string_view column) {
    return fact_value<storage::RowRef>(row, column).id;
}

[[nodiscard]] inline std::uint64_t fact_number(const storage::Row& row, std::string_view column) {
    return static_cast<std::uint64_t>(fact_value<std::int64_t>(row, column));
}

}  // namespace rookery::messages
