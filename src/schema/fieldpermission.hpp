// What one column security profile allows on one column. One row per profile and column.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace permission {

inline constexpr std::string_view to_profile[] = {"fieldsecurityprofile"};

inline constexpr Option allowed[] = {
    {.value = 0, .label = "Not Allowed"},
    {.value = 4, .label = "Allowed"},
};
inline constexpr Option unmasked[] = {
    {.value = 0, .label = "Not Allowed"},
    {.value = 1, .label = "One Record"},
    {.value = 3, .label = "All Records"},
};

inline constexpr std::array own = {
    primary_id({1, "fieldpermissionid", "FieldPermissionId", "Column Permission"}),
    lookup<"fieldsecurityprofileid">(
        2, "FieldSecurityProfileId", "Profile", to_profile, create_only, Required::system
    ),
    text({3, "entityname", "EntityName", "Name of the table"}, 128, create_only, Required::system),
    text(
        {4, "attributelogicalname", "AttributeLogicalName", "Name of the column"}, 128, create_only,
        Required::system
    ),
    choice({5, "canread", "CanRead", "Can Read the column"}, allowed, 0, writable, Required::none),
    choice(
        {6, "cancreate", "CanCreate", "Can create the column"}, allowed, 0, writable, Required::none
    ),
    choice(
        {7, "canupdate", "CanUpdate", "Can Update the column"}, allowed, 0, writable, Required::none
    ),
    choice(
        {8, "canreadunmasked", "CanReadUnmasked", "Can Read unmasked"}, unmasked, 0, writable,
        Required::none
    ),
};

inline constexpr auto columns = compose(own, version_column);

inline constexpr ColumnId logged[] = {2, 3, 4, 5, 6, 7, 8};

inline constexpr ColumnId by_column[] = {2, 3, 4};
inline constexpr AlternateKey keys[] = {
    {"fieldsecurityprofileid_entityname_attributelogicalname_key", by_column}};

inline constexpr std::array parents = {
    many_to_one(
        "lk_fieldpermission_fieldsecurityprofileid", "fieldpermission", "fieldsecurityprofileid",
        "fieldsecurityprofile", "fieldsecurityprofileid", Cascade::cascade
    ),
};

}  // namespace permission

namespace known {

inline constexpr Table fieldpermission{
    .id = 10,
    .name = "fieldpermission",
    .schema_name = "FieldPermission",
    .set_name = "fieldpermissions",
    .display_name = "Column Permission",
    .display_collection_name = "Column Permissions",
    .primary_id = "fieldpermissionid",
    .primary_name = "attributelogicalname",
    .ownership = Ownership::organization,
    .object_type_code = 1201,
    .access_fact = true,
    .columns = permission::columns.rows,
    .by_name = permission::columns.by_name,
    .keys = permission::keys,
    .logged = permission::logged,
    .relationships = permission::parents,
};

}  // namespace known
}  // namespace rookery::schema
