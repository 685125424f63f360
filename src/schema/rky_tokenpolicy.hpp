// How long the tokens of one record may be used before they are to be rotated. A row for each record that has a rule of
// its own; rky_SetTokenPolicy writes it.
#pragma once

#include "schema/rky_tokenversion.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace token_policy {

inline constexpr std::int64_t rotation_days_max = 3650;

inline constexpr std::array own = {
    primary_id({1, "rky_tokenpolicyid", "rky_TokenPolicyId", "Token Policy"}, read_only),
    text({2, "rky_name", "rky_Name", "Name"}, 100, read_only, Required::application),
    token_version::record(),
    integer(
        {4, "rky_rotationdays", "rky_RotationDays", "Rotation Days"}, read_only, 1,
        rotation_days_max, Required::system
    ),
};

inline constexpr auto columns = compose(own, audit_columns, version_column);

constexpr Relationship of(
    std::string_view name, std::string_view nav, std::string_view table, std::string_view table_id
) {
    auto out =
        many_to_one(name, "rky_tokenpolicy", "rky_record", table, table_id, Cascade::cascade);
    out.nav = nav;
    return out;
}

inline constexpr std::array parents = {
    of("msdyn_octwitterapplication_rky_tokenpolicies", "rky_record_msdyn_octwitterapplication",
       "msdyn_octwitterapplication", "msdyn_octwitterapplicationid"),
    of("msdyn_octwitterhandlesecret_rky_tokenpolicies", "rky_record_msdyn_octwitterhandlesecret",
       "msdyn_octwitterhandlesecret", "msdyn_octwitterhandlesecretid"),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"rky_tokenpolicy">);

}  // namespace token_policy

namespace known {

inline constexpr Table rky_tokenpolicy{
    .id = 22,
    .name = "rky_tokenpolicy",
    .schema_name = "rky_tokenpolicy",
    .set_name = "rky_tokenpolicies",
    .display_name = "Token Policy",
    .display_collection_name = "Token Policies",
    .primary_id = "rky_tokenpolicyid",
    .primary_name = "rky_name",
    .ownership = Ownership::organization,
    .object_type_code = 10906,
    .writable = false,
    .bin = Bin::with_record,
    .columns = token_policy::columns.rows,
    .by_name = token_policy::columns.by_name,
    .relationships = token_policy::relationships,
};

}  // namespace known
}  // namespace rookery::schema
