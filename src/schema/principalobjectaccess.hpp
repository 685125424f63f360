// Shares: which rights on one row a user or team has besides what roles give. The messages that share make the rows, and
// removing the row or the principal ends them.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>

namespace rookery::schema {

namespace share {

/// Bits of AccessRights.
constexpr Column rights(Label label) {
    return integer(label, read_only, 0, std::numeric_limits<std::int32_t>::max());
}

constexpr Column table_of(Label label) { return text(label, 128, read_only, Required::system); }

inline constexpr std::array own = {
    primary_id(
        {1, "principalobjectaccessid", "PrincipalObjectAccessId", "Principal Object Access"},
        read_only
    ),
    uid({2, "principalid", "PrincipalId", "Principal"}, read_only),
    table_of({3, "principaltypecode", "PrincipalTypeCode", "Type of the principal"}),
    uid({4, "objectid", "ObjectId", "Row"}, read_only),
    table_of({5, "objecttypecode", "ObjectTypeCode", "Type of the row"}),
    rights({6, "accessrightsmask", "AccessRightsMask", "Access Rights"}),
    // From cascaded shares, which no relationship here has: always 0.
    always(
        rights({7, "inheritedaccessrightsmask", "InheritedAccessRightsMask", "Inherited Rights"}), 0
    ),
    datetime({8, "changedon", "ChangedOn", "Changed On"}, read_only),
    // When it is over; null: it stays.
    datetime({9, "rky_expireson", "rky_ExpiresOn", "Expires On"}, read_only),
};

inline constexpr auto columns = compose(own, version_column);

inline constexpr ColumnId logged[] = {2, 3, 4, 5, 6, 9};

}  // namespace share

namespace known {

inline constexpr Table principalobjectaccess{
    .id = 30,
    .name = "principalobjectaccess",
    .schema_name = "PrincipalObjectAccess",
    .set_name = "principalobjectaccessset",
    .display_name = "Principal Object Access",
    .display_collection_name = "Principal Object Access",
    .primary_id = "principalobjectaccessid",
    .primary_name = {},
    .ownership = Ownership::none,
    .object_type_code = 11,
    .access_fact = true,
    .guarded_fact = true,
    .comes_back = true,
    .writable = false,
    .columns = share::columns.rows,
    .by_name = share::columns.by_name,
    .logged = share::logged,
};

}  // namespace known
}  // namespace rookery::schema
