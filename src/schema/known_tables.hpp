// Every table by name, for code that speaks of one table: schema::known::systemuser.
#pragma once

#include "schema/businessunit.hpp"
#include "schema/fieldpermission.hpp"
#include "schema/fieldsecurityprofile.hpp"
#include "schema/intersects.hpp"
#include "schema/msdyn_octwitterapplication.hpp"
#include "schema/msdyn_octwitterhandle.hpp"
#include "schema/msdyn_octwitterhandlesecret.hpp"
#include "schema/organization.hpp"
#include "schema/outside_tables.hpp"
#include "schema/privilege.hpp"
#include "schema/rky_credential.hpp"
#include "schema/role.hpp"
#include "schema/syncerror.hpp"
#include "schema/systemuser.hpp"
#include "schema/team.hpp"

#include <array>

namespace rookery::schema::known {

/// The served tables, then those outside.
inline constexpr std::array all = {
    &msdyn_octwitterhandlesecret,
    &msdyn_octwitterhandle,
    &msdyn_octwitterapplication,
    &systemuser,
    &team,
    &businessunit,
    &role,
    &privilege,
    &fieldsecurityprofile,
    &fieldpermission,
    &organization,
    &teammembership,
    &systemuserroles,
    &teamroles,
    &systemuserprofiles,
    &teamprofiles,
    &roleprivileges,
    &rky_credential,
    &syncerror,
    &msdyn_liveworkstream,
    &msdyn_oclanguage,
    &msfp_survey,
    &roletemplate,
};

inline constexpr std::size_t served_count = 19;

}  // namespace rookery::schema::known
