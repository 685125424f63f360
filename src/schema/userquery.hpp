// Queries that users keep for themselves (`?userQuery=`).
#pragma once

#include "schema/query_columns.hpp"
#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>

namespace rookery::schema {

namespace user_query {

inline constexpr std::array own = {
    primary_id({1, "userqueryid", "UserQueryId", "Saved View"}),
};

inline constexpr auto columns = compose(
    own, query_table::columns_of_query(writable), audit_columns, owner_columns, version_column
);

inline constexpr std::array parents = {
    unit_relationship("business_unit_user_query", "userquery"),
    many_to_one("owner_userquerys", "userquery", "ownerid", "owner", "ownerid"),
    many_to_one("team_userquery", "userquery", "owningteam", "team", "teamid"),
    many_to_one("user_userquery", "userquery", "owninguser", "systemuser", "systemuserid"),
};

inline constexpr auto relationships = all_relationships(parents, audit_relationships<"userquery">);

}  // namespace user_query

namespace known {

inline constexpr Table userquery{
    .id = 24,
    .name = "userquery",
    .schema_name = "UserQuery",
    .set_name = "userqueries",
    .display_name = "Saved View",
    .display_collection_name = "Saved Views",
    .primary_id = "userqueryid",
    .primary_name = "name",
    .ownership = Ownership::user,
    .object_type_code = 4230,
    .unit_column = "owningbusinessunit",
    .columns = user_query::columns.rows,
    .by_name = user_query::columns.by_name,
    .logged = owner_logged,
    .relationships = user_query::relationships,
};

}  // namespace known
}  // namespace rookery::schema
