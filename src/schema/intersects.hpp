// The N:N tables: who is in which team, who holds which role, profile and privilege. Their rows
// come and go with Associate and Disassociate (roles and privileges: with the role actions).
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace intersects {

inline constexpr std::string_view to_role[] = {"role"};
inline constexpr std::string_view to_profile[] = {"fieldsecurityprofile"};
inline constexpr std::string_view to_privilege[] = {"privilege"};

inline constexpr Option depths[] = {
    {.value = 1, .label = "Basic"},
    {.value = 2, .label = "Local"},
    {.value = 4, .label = "Deep"},
    {.value = 8, .label = "Global"},
};

inline constexpr auto membership_columns = compose(
    std::array{
        primary_id({1, "teammembershipid", "TeamMembershipId", "Team Membership"}, read_only),
        link_end<"teamid">(2, "Team", to_team),
        link_end<"systemuserid">(3, "User", to_systemuser),
    },
    version_column
);

inline constexpr auto user_role_columns = compose(
    std::array{
        primary_id({1, "systemuserroleid", "SystemUserRoleId", "User Role"}, read_only),
        link_end<"systemuserid">(2, "User", to_systemuser),
        link_end<"roleid">(3, "Role", to_role),
    },
    version_column
);

inline constexpr auto team_role_columns = compose(
    std::array{
        primary_id({1, "teamroleid", "TeamRoleId", "Team Role"}, read_only),
        link_end<"teamid">(2, "Team", to_team),
        link_end<"roleid">(3, "Role", to_role),
    },
    version_column
);

inline constexpr auto user_profile_columns = compose(
    std::array{
        primary_id({1, "systemuserprofileid", "SystemUserProfileId", "User Profile"}, read_only),
        link_end<"systemuserid">(2, "User", to_systemuser),
        link_end<"fieldsecurityprofileid">(3, "Profile", to_profile),
    },
    version_column
);

inline constexpr auto team_profile_columns = compose(
    std::array{
        primary_id({1, "teamprofileid", "TeamProfileId", "Team Profile"}, read_only),
        link_end<"teamid">(2, "Team", to_team),
        link_end<"fieldsecurityprofileid">(3, "Profile", to_profile),
    },
    version_column
);

inline constexpr auto role_privilege_columns = compose(
    std::array{
        primary_id({1, "roleprivilegeid", "RolePrivilegeId", "Role Privilege"}, read_only),
        link_end<"roleid">(2, "Role", to_role),
        link_end<"privilegeid">(3, "Privilege", to_privilege),
        integer(
            {4, "privilegedepthmask", "PrivilegeDepthMask", "Depth"}, read_only, 1, 8,
            Required::system
        ),
    },
    version_column
);

inline constexpr std::array membership_ends = {
    pair_end("teammembership_team", "teammembership", "teamid", "team", "teamid"),
    pair_end("teammembership_user", "teammembership", "systemuserid", "systemuser", "systemuserid"),
};

inline constexpr std::array user_role_ends = {
    pair_end(
        "systemuserroles_user", "systemuserroles", "systemuserid", "systemuser", "systemuserid"
    ),
    pair_end("systemuserroles_role", "systemuserroles", "roleid", "role", "roleid"),
};

inline constexpr std::array team_role_ends = {
    pair_end("teamroles_team", "teamroles", "teamid", "team", "teamid"),
    pair_end("teamroles_role", "teamroles", "roleid", "role", "roleid"),
};

inline constexpr std::array user_profile_ends = {
    pair_end(
        "systemuserprofiles_user", "systemuserprofiles", "systemuserid", "systemuser",
        "systemuserid"
    ),
    pair_end(
        "systemuserprofiles_profile", "systemuserprofiles", "fieldsecurityprofileid",
        "fieldsecurityprofile", "fieldsecurityprofileid"
    ),
};

inline constexpr std::array team_profile_ends = {
    pair_end("teamprofiles_team", "teamprofiles", "teamid", "team", "teamid"),
    pair_end(
        "teamprofiles_profile", "teamprofiles", "fieldsecurityprofileid", "fieldsecurityprofile",
        "fieldsecurityprofileid"
    ),
};

inline constexpr std::array role_privilege_ends = {
    pair_end("roleprivileges_role", "roleprivileges", "roleid", "role", "roleid"),
    pair_end(
        "roleprivileges_privilege", "roleprivileges", "privilegeid", "privilege", "privilegeid"
    ),
};

inline constexpr std::array associations = {
    Association{
        "teammembership_association",
        "teammembership",
        "team",
        "teamid",
        "systemuser",
        "systemuserid"},
    Association{
        "systemuserroles_association",
        "systemuserroles",
        "systemuser",
        "systemuserid",
        "role",
        "roleid"},
    Association{"teamroles_association", "teamroles", "team", "teamid", "role", "roleid"},
    Association{
        "systemuserprofiles_association",
        "systemuserprofiles",
        "systemuser",
        "systemuserid",
        "fieldsecurityprofile",
        "fieldsecurityprofileid"},
    Association{
        "teamprofiles_association",
        "teamprofiles",
        "team",
        "teamid",
        "fieldsecurityprofile",
        "fieldsecurityprofileid"},
    Association{
        "roleprivileges_association",
        "roleprivileges",
        "role",
        "roleid",
        "privilege",
        "privilegeid"},
};

inline constexpr ColumnId both_ends[] = {2, 3};
inline constexpr ColumnId both_ends_and_depth[] = {2, 3, 4};

struct Names {
    std::string_view name;
    std::string_view schema_name;
    std::string_view set_name;
    std::string_view primary_id;
};

template <std::size_t N>
constexpr Table row(
    TableId id, std::uint32_t code, Names names, const ComposedColumns<N>& columns,
    std::span<const Relationship> ends, std::span<const ColumnId> logged = both_ends
) {
    Table out;
    out.id = id;
    out.name = names.name;
    out.schema_name = names.schema_name;
    out.set_name = names.set_name;
    out.primary_id = names.primary_id;
    out.ownership = Ownership::none;
    out.object_type_code = code;
    out.access_fact = true;
    out.intersect = true;
    out.writable = false;
    out.columns = columns.rows;
    out.by_name = columns.by_name;
    out.logged = logged;
    out.relationships = ends;
    return out;
}

}  // namespace intersects

namespace known {

inline constexpr Table teammembership = intersects::row(
    12, 23, {"teammembership", "TeamMembership", "teammemberships", "teammembershipid"},
    intersects::membership_columns, intersects::membership_ends
);
inline constexpr Table systemuserroles = intersects::row(
    13, 15, {"systemuserroles", "SystemUserRoles", "systemuserrolescollection", "systemuserroleid"},
    intersects::user_role_columns, intersects::user_role_ends
);
inline constexpr Table teamroles = intersects::row(
    14, 40, {"teamroles", "TeamRoles", "teamrolescollection", "teamroleid"},
    intersects::team_role_columns, intersects::team_role_ends
);
inline constexpr Table systemuserprofiles = intersects::row(
    15, 1202,
    {"systemuserprofiles",
     "SystemUserProfiles",
     "systemuserprofilescollection",
     "systemuserprofileid"},
    intersects::user_profile_columns, intersects::user_profile_ends
);
inline constexpr Table teamprofiles = intersects::row(
    16, 1203, {"teamprofiles", "TeamProfiles", "teamprofilescollection", "teamprofileid"},
    intersects::team_profile_columns, intersects::team_profile_ends
);
inline constexpr Table roleprivileges = intersects::row(
    17, 12, {"roleprivileges", "RolePrivileges", "roleprivilegescollection", "roleprivilegeid"},
    intersects::role_privilege_columns, intersects::role_privilege_ends,
    intersects::both_ends_and_depth
);

}  // namespace known
}  // namespace rookery::schema
