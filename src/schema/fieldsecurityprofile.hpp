// Column security profiles: named sets of fieldpermission rows, given to users and teams.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>

namespace rookery::schema {

namespace profile {

inline constexpr std::array own = {
    primary_id({1, "fieldsecurityprofileid", "FieldSecurityProfileId", "Profile"}),
    text({2, "name", "Name", "Name"}, 100, writable, Required::system),
    text({3, "description", "Description", "Description"}, 2000, writable),
};

inline constexpr auto columns = compose(own, audit_columns, version_column);

// Its name: what it allows stands in fieldpermission.
inline constexpr ColumnId logged[] = {2};

}  // namespace profile

namespace known {

inline constexpr Table fieldsecurityprofile{
    .id = 9,
    .name = "fieldsecurityprofile",
    .schema_name = "FieldSecurityProfile",
    .set_name = "fieldsecurityprofiles",
    .display_name = "Column Security Profile",
    .display_collection_name = "Column Security Profiles",
    .primary_id = "fieldsecurityprofileid",
    .primary_name = "name",
    .ownership = Ownership::organization,
    .object_type_code = 1200,
    .access_fact = true,
    .columns = profile::columns.rows,
    .by_name = profile::columns.by_name,
    .logged = profile::logged,
    .relationships = audit_relationships<"fieldsecurityprofile">,
};

}  // namespace known
}  // namespace rookery::schema
