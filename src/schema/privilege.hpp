// Privileges as rows. Nothing is stored: the rows are privileges(), their ids privilege_id().
#pragma once

#include "schema/standard_columns.hpp"

#include <array>

namespace rookery::schema {

namespace privilege_table {

inline constexpr std::array own = {
    primary_id({1, "privilegeid", "PrivilegeId", "Privilege"}, read_only),
    text({2, "name", "Name", "Name"}, 100, read_only),
    integer({3, "accessright", "AccessRight", "Access Right"}, read_only),
    boolean({4, "canbebasic", "CanBeBasic", "Can Be Basic"}, read_only),
    boolean({5, "canbelocal", "CanBeLocal", "Can Be Local"}, read_only),
    boolean({6, "canbedeep", "CanBeDeep", "Can Be Deep"}, read_only),
    boolean({7, "canbeglobal", "CanBeGlobal", "Can Be Global"}, read_only),
    boolean(
        {8, "canbeentityreference", "CanBeEntityReference", "Can Be Entity Reference"}, read_only
    ),
    boolean(
        {9,
         "canbeparententityreference",
         "CanBeParentEntityReference",
         "Can Be Parent Entity Reference"},
        read_only
    ),
};

inline constexpr auto columns = compose(own, version_column);

}  // namespace privilege_table

namespace known {

inline constexpr Table privilege{
    .id = 8,
    .name = "privilege",
    .schema_name = "Privilege",
    .set_name = "privileges",
    .display_name = "Privilege",
    .display_collection_name = "Privileges",
    .primary_id = "privilegeid",
    .primary_name = "name",
    .ownership = Ownership::none,
    .object_type_code = 1023,
    .writable = false,
    .made = true,
    .columns = privilege_table::columns.rows,
    .by_name = privilege_table::columns.by_name,
};

}  // namespace known
}  // namespace rookery::schema
