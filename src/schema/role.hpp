// Security roles. A role is one row; it is not copied into every business unit: depth is measured
// from the unit of whoever holds it.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace role_table {

inline constexpr std::string_view to_role[] = {"role"};
inline constexpr std::string_view to_roletemplate[] = {"roletemplate"};

inline constexpr Option inheritance[] = {
    {.value = 0, .label = "Team privileges only"},
    {.value = 1, .label = "Direct User (Basic) access level and Team privileges"},
};
inline constexpr Option component_states[] = {
    {.value = 0, .label = "Published"},
    {.value = 1, .label = "Unpublished"},
    {.value = 2, .label = "Deleted"},
    {.value = 3, .label = "Deleted Unpublished"},
};

inline constexpr std::array own = {
    primary_id({1, "roleid", "RoleId", "Role"}),
    text({2, "name", "Name", "Name"}, 100, writable, Required::system),
    lookup<"businessunitid">(
        3, "BusinessUnitId", "Business Unit", to_businessunit, create_only, Required::system
    ),
    choice(
        {4, "isinherited", "IsInherited", "Member's privilege inheritance"}, inheritance, 1,
        writable, Required::system
    ),
    lookup<"parentroleid">(5, "ParentRoleId", "Parent Role", to_role, read_only),
    lookup<"parentrootroleid">(6, "ParentRootRoleId", "Parent Root Role", to_role, read_only),
    lookup<"roletemplateid">(7, "RoleTemplateId", "Role Template ID", to_roletemplate, read_only),
    uid({8, "organizationid", "OrganizationId", "Organization"}, read_only),
    boolean({9, "ismanaged", "IsManaged", "State"}, read_only, Initially::no, Required::system),
    choice(
        {10, "componentstate", "ComponentState", "Component State"}, component_states, 0, read_only,
        Required::system
    ),
    uid({11, "roleidunique", "RoleIdUnique", "Unique Id"}, read_only),
    uid({12, "solutionid", "SolutionId", "Solution"}, read_only),
    datetime({13, "overwritetime", "OverwriteTime", "Record Overwrite Time"}, read_only),
    text({14, "description", "Description", "Description"}, 2000, writable),
    managed({15, "canbedeleted", "CanBeDeleted", "Can Be Deleted"}),
    managed({16, "iscustomizable", "IsCustomizable", "Customizable"}),
};

inline constexpr auto columns = compose(own, audit_columns, import_columns, version_column);

// Name, unit, inheritance, template.
inline constexpr ColumnId logged[] = {2, 3, 4, 7};

constexpr Relationship to_template() {
    auto out = many_to_one(
        "role_template_roles", "role", "roletemplateid", "roletemplate", "roletemplateid"
    );
    out.built = false;
    return out;
}

inline constexpr std::array parents = {
    many_to_one(
        "business_unit_roles", "role", "businessunitid", "businessunit", "businessunitid",
        Cascade::restrict
    ),
    many_to_one("role_parent_role", "role", "parentroleid", "role", "roleid"),
    many_to_one("role_parent_root_role", "role", "parentrootroleid", "role", "roleid"),
    to_template(),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"role", "rolebase", "rolebase">);

}  // namespace role_table

namespace known {

inline constexpr Table role{
    .id = 7,
    .name = "role",
    .schema_name = "Role",
    .set_name = "roles",
    .display_name = "Security Role",
    .display_collection_name = "Security Roles",
    .primary_id = "roleid",
    .primary_name = "name",
    .ownership = Ownership::business,
    .object_type_code = 1036,
    .access_fact = true,
    .unit_column = "businessunitid",
    .columns = role_table::columns.rows,
    .by_name = role_table::columns.by_name,
    .logged = role_table::logged,
    .relationships = role_table::relationships,
};

}  // namespace known
}  // namespace rookery::schema
