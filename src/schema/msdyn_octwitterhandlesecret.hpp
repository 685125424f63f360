// The table of tokens. Columns, limits, options and cascades are those of the vendor's table
// reference (OC Twitter Handle Secret); the alternate key is ours, so that an agent can ask by
// handle.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace handlesecret {

inline constexpr std::string_view to_application[] = {"msdyn_octwitterapplication"};
inline constexpr std::string_view to_handle[] = {"msdyn_octwitterhandle"};

inline constexpr std::array own = {
    primary_id(
        {1,
         "msdyn_octwitterhandlesecretid",
         "msdyn_octwitterhandlesecretId",
         "OC Twitter Handle Secret"}
    ),
    text(
        {2, "msdyn_name", "msdyn_name", "Name", "The name of the custom entity."}, 100, writable,
        Required::application
    ),
    text(
        {3,
         "msdyn_octwitteruniquehandleid",
         "msdyn_octwitteruniquehandleid",
         "User Twitter Handle id"},
        100, writable
    ),
    sealed({4, "msdyn_useraccesstoken", "msdyn_useraccesstoken", "User Access Token"}, 600),
    sealed(
        {5,
         "msdyn_useraccesstokensecret",
         "msdyn_useraccesstokensecret",
         "User Access Token Secret"},
        600
    ),
    lookup<"msdyn_octwitterapplicationid">(
        6, "msdyn_octwitterapplicationid", "TwitterApplication", to_application, writable
    ),
    lookup<"msdyn_octwitterhandleid">(
        7, "msdyn_octwitterhandleid", "twitterhandle", to_handle, writable
    ),
};

inline constexpr auto columns =
    compose(own, audit_columns, owner_columns, import_columns, version_column);

inline constexpr ColumnId unique_handle[] = {3};
inline constexpr AlternateKey keys[] = {{"msdyn_octwitteruniquehandleid_key", unique_handle}};

inline constexpr std::array parents = {
    many_to_one(
        "msdyn_msdyn_octwitterapplication_msdyn_octwitterhandlesecret_octwitterapplicationid",
        "msdyn_octwitterhandlesecret", "msdyn_octwitterapplicationid", "msdyn_octwitterapplication",
        "msdyn_octwitterapplicationid", Cascade::cascade
    ),
    many_to_one(
        "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid",
        "msdyn_octwitterhandlesecret", "msdyn_octwitterhandleid", "msdyn_octwitterhandle",
        "msdyn_octwitterhandleid", Cascade::cascade
    ),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"msdyn_octwitterhandlesecret">, owner_relationships<"msdyn_octwitterhandlesecret">, system_children<"msdyn_octwitterhandlesecret">);

}  // namespace handlesecret

namespace known {

inline constexpr Table msdyn_octwitterhandlesecret{
    .id = 1,
    .name = "msdyn_octwitterhandlesecret",
    .schema_name = "msdyn_octwitterhandlesecret",
    .set_name = "msdyn_octwitterhandlesecrets",
    .display_name = "OC Twitter Handle Secret",
    .display_collection_name = "OC Twitter Handle Secrets",
    .primary_id = "msdyn_octwitterhandlesecretid",
    .primary_name = "msdyn_name",
    .ownership = Ownership::user,
    .object_type_code = 10901,
    .synced = true,
    .tracks_changes = true,
    .bin = Bin::own,
    .unit_column = "owningbusinessunit",
    .columns = handlesecret::columns.rows,
    .by_name = handlesecret::columns.by_name,
    .keys = handlesecret::keys,
    .logged = owner_logged,
    .relationships = handlesecret::relationships,
};

}  // namespace known
}  // namespace rookery::schema
