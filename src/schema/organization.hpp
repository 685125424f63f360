// The organization: one row, made by `init`.
#pragma once

#include "schema/standard_columns.hpp"

#include <array>

namespace rookery::schema {

namespace organization_table {

inline constexpr std::array own = {
    primary_id({1, "organizationid", "OrganizationId", "Organization"}, read_only),
    text({2, "name", "Name", "Organization Name"}, 160, read_only, Required::system),
};

inline constexpr auto columns = compose(own, version_column);

}  // namespace organization_table

namespace known {

inline constexpr Table organization{
    .id = 11,
    .name = "organization",
    .schema_name = "Organization",
    .set_name = "organizations",
    .display_name = "Organization",
    .display_collection_name = "Organizations",
    .primary_id = "organizationid",
    .primary_name = "name",
    .ownership = Ownership::none,
    .object_type_code = 1019,
    .access_fact = true,
    .writable = false,
    .columns = organization_table::columns.rows,
    .by_name = organization_table::columns.by_name,
};

}  // namespace known
}  // namespace rookery::schema
