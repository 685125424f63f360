// What the two tables of queries that are kept, savedquery and userquery, have in common. Columns and limits are those
// of the vendor's table references (View, Saved View). Used by src/schema only.
#pragma once

#include "schema/standard_columns.hpp"

#include <array>

namespace rookery::schema::query_table {

inline constexpr std::uint32_t layout_max = 1U << 17;
/// As much as a query may have that is sent.
inline constexpr std::uint32_t fetch_max = 1U << 17;

/// A main application view, shown as a list: the only type that there is here.
inline constexpr std::int64_t main_view = 0;

/// What a client writes of a query, and how far it may: `flags`.
constexpr std::array<Column, 6> columns_of_query(std::uint8_t flags) {
    return {
        text({2, "name", "Name", "Name"}, 200, flags, Required::application),
        text({3, "description", "Description", "Description"}, 2000, flags),
        text(
            {4, "returnedtypecode", "ReturnedTypeCode", "Entity Name"}, 64, flags, Required::system
        ),
        text({5, "fetchxml", "FetchXml", "Fetch XML"}, fetch_max, flags),
        text({6, "layoutxml", "LayoutXml", "Layout XML"}, layout_max, flags),
        integer({7, "querytype", "QueryType", "Query Type"}, flags, 0, 1'000'000'000),
    };
}

}  // namespace rookery::schema::query_table
