// Which sealed columns have a history, and where a version keeps their values.
#pragma once

#include "schema/known_tables.hpp"

#include <array>

namespace rookery::schema {

struct KeptColumn {
    const Table* table = nullptr;
    ColumnId column = 0;  // of `table`
    ColumnId kept = 0;    // of rky_tokenversion
};

/// Every sealed column there is, but for those that keep them. The ids reach the disk together.
inline constexpr std::array kept_columns = {
    KeptColumn{&known::msdyn_octwitterhandlesecret, 4, 11},
    KeptColumn{&known::msdyn_octwitterhandlesecret, 5, 12},
    KeptColumn{&known::msdyn_octwitterapplication, 3, 11},
    KeptColumn{&known::msdyn_octwitterapplication, 4, 12},
};

[[nodiscard]] constexpr bool has_token_history(const Table& table) {
    for (const auto& one : kept_columns) {
        if (one.table == &table) return true;
    }
    return false;
}

}  // namespace rookery::schema
