// The views of each table, as queries that anybody may ask by (`?savedQuery=`). None is stored: they are made of the schema.
#pragma once

#include "schema/query_columns.hpp"
#include "schema/standard_columns.hpp"

#include <array>

namespace rookery::schema {

namespace saved_query {

constexpr Column read_only_state() {
    auto out = state_row();
    out.flags = read_only;
    return out;
}

constexpr Column read_only_status() {
    auto out = status_row();
    out.flags = read_only;
    return out;
}

inline constexpr std::array own = {
    primary_id({1, "savedqueryid", "SavedQueryId", "View"}, read_only),
    boolean({10, "isdefault", "IsDefault", "Default View"}, read_only),
    boolean({11, "isquickfindquery", "IsQuickFindQuery", "Is Quick Find Query"}, read_only),
    boolean({12, "isuserdefined", "IsUserDefined", "User-Defined"}, read_only),
    boolean({13, "iscustom", "IsCustom", "Is Custom"}, read_only),
    boolean({14, "ismanaged", "IsManaged", "State"}, read_only),
    read_only_state(),
    read_only_status(),
};

inline constexpr auto columns =
    compose(own, query_table::columns_of_query(read_only), version_column);

}  // namespace saved_query

namespace known {

inline constexpr Table savedquery{
    .id = 23,
    .name = "savedquery",
    .schema_name = "SavedQuery",
    .set_name = "savedqueries",
    .display_name = "View",
    .display_collection_name = "Views",
    .primary_id = "savedqueryid",
    .primary_name = "name",
    .ownership = Ownership::none,
    .object_type_code = 1039,
    .writable = false,
    .made = true,
    .privilege_part = "Query",
    .columns = saved_query::columns.rows,
    .by_name = saved_query::columns.by_name,
};

}  // namespace known
}  // namespace rookery::schema
