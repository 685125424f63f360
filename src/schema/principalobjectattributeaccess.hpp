// Secured columns that are shared on one row: who may read the mask of a column there, or set its value. Never more than the
// mask: what is read in clear profiles alone decide.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace column_share {

inline constexpr std::string_view to_record[] = {
    "msdyn_octwitterapplication", "msdyn_octwitterhandle", "msdyn_octwitterhandlesecret"};

/// One navigation property for each target: the relationships name them.
constexpr Column by_target(Column column) {
    column.nav = {};
    return column;
}

constexpr Column secured_column() {
    auto out = uid({2, "attributeid", "AttributeId", "Secured Column"}, create_only);
    out.required = Required::system;
    return out;
}

inline constexpr std::array own = {
    primary_id(
        {1, "principalobjectattributeaccessid", "PrincipalObjectAttributeAccessId", "Column Share"}
    ),
    // The MetadataId of the column.
    secured_column(),
    by_target(lookup<"objectid">(3, "ObjectId", "Row", to_record, create_only, Required::system)),
    text({4, "objecttypecode", "ObjectTypeCode", "Type of the row"}, 128, read_only),
    by_target(lookup<"principalid">(
        5, "PrincipalId", "Principal", to_owner, create_only, Required::system
    )),
    text({6, "principalidtype", "PrincipalIdType", "Type of the principal"}, 128, read_only),
    boolean({7, "readaccess", "ReadAccess", "Read"}, writable),
    boolean({8, "updateaccess", "UpdateAccess", "Update"}, writable),
    uid({9, "organizationid", "OrganizationId", "Organization"}, read_only),
};

inline constexpr auto columns = compose(own, version_column);

inline constexpr ColumnId logged[] = {2, 3, 5, 7, 8};

constexpr Relationship with(
    std::string_view name, std::string_view nav, std::string_view principals, std::string_view id
) {
    auto out = many_to_one(
        name, "principalobjectattributeaccess", "principalid", principals, id, Cascade::cascade
    );
    out.nav = nav;
    return out;
}

inline constexpr std::array parents = {
    with(
        "systemuser_principalobjectattributeaccess", "principalid_systemuser", "systemuser",
        "systemuserid"
    ),
    with("team_principalobjectattributeaccess", "principalid_team", "team", "teamid"),
};

}  // namespace column_share

namespace known {

inline constexpr Table principalobjectattributeaccess{
    .id = 31,
    .name = "principalobjectattributeaccess",
    .schema_name = "PrincipalObjectAttributeAccess",
    .set_name = "principalobjectattributeaccessset",
    .display_name = "Column Share",
    .display_collection_name = "Column Shares",
    .primary_id = "principalobjectattributeaccessid",
    .primary_name = {},
    .ownership = Ownership::organization,
    .object_type_code = 44,
    .access_fact = true,
    .guarded_fact = true,
    .columns = column_share::columns.rows,
    .by_name = column_share::columns.by_name,
    .logged = column_share::logged,
    .relationships = column_share::parents,
};

}  // namespace known
}  // namespace rookery::schema
