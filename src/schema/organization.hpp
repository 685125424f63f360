// The organization: one row, made by `init`.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>

namespace rookery::schema {

namespace organization_table {

// The vendor's has no limit of its own.
inline constexpr std::uint32_t settings_max = 1U << 20;

inline constexpr std::array own = {
    primary_id({1, "organizationid", "OrganizationId", "Organization"}, read_only),
    text({2, "name", "Name", "Organization Name"}, 160, read_only, Required::system),
    // Administration was given to somebody with the root key, and no reviewer has acknowledged it yet.
    datetime({3, "rky_recoveredon", "rky_RecoveredOn", "Recovered On"}, read_only),
    lookup<"rky_recovereduser">(4, "rky_RecoveredUser", "Recovered User", to_systemuser, read_only),
    // Since when there is an anchor in the data directory, and in a second place: one that is gone was taken away.
    datetime({5, "rky_anchoredon", "rky_AnchoredOn", "Anchored On"}, read_only),
    datetime({6, "rky_secondanchoron", "rky_SecondAnchorOn", "Second Anchor On"}, read_only),
    // What can be chosen in Dataverse and is so in every vault. The log has everything, and keeps it.
    always(integer({7, "languagecode", "LanguageCode", "Language"}, read_only), 1033),
    always(boolean({8, "isauditenabled", "IsAuditEnabled", "Is Auditing Enabled"}, read_only), 1),
    always(
        boolean(
            {9,
             "isuseraccessauditenabled",
             "IsUserAccessAuditEnabled",
             "Is User Access Auditing Enabled"},
            read_only
        ),
        1
    ),
    always(
        boolean(
            {10, "isreadauditenabled", "IsReadAuditEnabled", "Is Read Auditing Enabled"}, read_only
        ),
        1
    ),
    always(
        integer(
            {11, "auditretentionperiodv2", "AuditRetentionPeriodV2", "Audit Retention Period"},
            read_only
        ),
        -1
    ),
    always(
        boolean(
            {12,
             "sharetopreviousowneronassign",
             "ShareToPreviousOwnerOnAssign",
             "Share To Previous Owner On Assign"},
            read_only
        ),
        0
    ),
    // As long as a delta link works (query/delta_token.hpp).
    always(
        integer(
            {13,
             "expirechangetrackingindays",
             "ExpireChangeTrackingInDays",
             "Days to Expire Change Tracking Deltas"},
            read_only, 0, 365
        ),
        7
    ),
    // A record is of its owner's unit.
    always(
        text(
            {14,
             "orgdborgsettings",
             "OrgDbOrgSettings",
             "Organization Database Organization Settings"},
            settings_max, read_only
        ),
        "<OrgSettings>"
        "<EnableOwnershipAcrossBusinessUnits>false</EnableOwnershipAcrossBusinessUnits>"
        "</OrgSettings>"
    ),
};

inline constexpr auto columns = compose(own, version_column);

inline constexpr std::array parents = {
    many_to_one(
        "systemuser_organization_rky_recovereduser", "organization", "rky_recovereduser",
        "systemuser", "systemuserid"
    ),
};

inline constexpr ColumnId logged[] = {2, 3, 4, 5, 6};

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
    .logged = organization_table::logged,
    .relationships = organization_table::parents,
};

}  // namespace known
}  // namespace rookery::schema
