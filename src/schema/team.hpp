// Teams: owners of rows, holders of roles and column security profiles (access teams excepted).
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace team_table {

inline constexpr std::string_view to_article[] = {"knowledgearticle"};
inline constexpr std::string_view to_template[] = {"teamtemplate"};

inline constexpr Option types[] = {
    {.value = 0, .label = "Owner"},
    {.value = 1, .label = "Access"},
    {.value = 2, .label = "Security Group"},
    {.value = 3, .label = "Office Group"},
};
inline constexpr Option membership_types[] = {
    {.value = 0, .label = "Members and guests"},
    {.value = 1, .label = "Members"},
    {.value = 2, .label = "Owners"},
    {.value = 3, .label = "Guests"},
};

inline constexpr std::array own = {
    primary_id({1, "teamid", "TeamId", "Team"}),
    uid({2, "ownerid", "OwnerId", "Owner"}, can::read | can::odata | can::row_id),
    text({3, "name", "Name", "Team Name"}, 160, writable, Required::system),
    lookup<"businessunitid">(
        4, "BusinessUnitId", "Business Unit", to_businessunit, writable, Required::system
    ),
    lookup<"administratorid">(
        5, "AdministratorId", "Administrator", to_systemuser, writable, Required::system
    ),
    choice({6, "teamtype", "TeamType", "Team Type"}, types, 0, create_only, Required::system),
    uid({7,
         "azureactivedirectoryobjectid",
         "AzureActiveDirectoryObjectId",
         "Object Id for a group"},
        create_only),
    choice(
        {8, "membershiptype", "MembershipType", "Membership Type"}, membership_types, 0,
        create_only, Required::system
    ),
    boolean(
        {9, "isdefault", "IsDefault", "Is Default"}, read_only, Initially::no, Required::system
    ),
    text({10, "description", "Description", "Description"}, 2000, writable),
    text({11, "emailaddress", "EMailAddress", "Email"}, 100, writable),
    uid({12, "organizationid", "OrganizationId", "Organization"}, read_only),
    boolean({13, "systemmanaged", "SystemManaged", "Is System Managed"}, read_only),
    text({14, "yominame", "YomiName", "Yomi Name"}, 160, writable),
    lookup<"queueid">(15, "QueueId", "Default Queue", to_queue, writable),
    // Of access teams that templates make, of which there are none here: kept, and nothing follows from them.
    lookup<"regardingobjectid">(
        16, "RegardingObjectId", "Regarding Object Id", to_article, create_only, Required::none,
        "regardingobjectid_knowledgearticle"
    ),
    column_row(
        {17, "regardingobjecttypecode", "RegardingObjectTypeCode", "Regarding Object Type"},
        Type::entityname, metadata_only | can::create
    ),
    lookup<"teamtemplateid">(
        18, "TeamTemplateId", "Team Template Identifier", to_template, create_only, Required::none,
        "associatedteamtemplateid"
    ),
    text({19, "sharelinkqualifier", "ShareLinkQualifier", ""}, 1250, read_only),
    uid({20, "processid", "ProcessId", "Process"}, writable),
    uid({21, "stageid", "StageId", "(Deprecated) Process Stage"}, writable),
    lookup<"transactioncurrencyid">(
        22, "TransactionCurrencyId", "Currency", to_transactioncurrency, writable
    ),
};

inline constexpr auto columns = compose(own, audit_columns, import_columns, version_column);

// Name, unit, administrator, type, whether it is a unit's default.
inline constexpr ColumnId logged[] = {3, 4, 5, 6, 9};

inline constexpr ColumnId by_group[] = {7, 8};
inline constexpr AlternateKey keys[] = {
    {"azureactivedirectoryobjectid_membershiptype_key", by_group}};

constexpr Relationship led_to_by(std::string_view nav, Relationship row) {
    row.nav = nav;
    return to_outside(row);
}

inline constexpr std::array parents = {
    many_to_one(
        "business_unit_teams", "team", "businessunitid", "businessunit", "businessunitid",
        Cascade::restrict
    ),
    many_to_one(
        "lk_teambase_administratorid", "team", "administratorid", "systemuser", "systemuserid"
    ),
    to_outside(many_to_one("queue_team", "team", "queueid", "queue", "queueid")),
    led_to_by(
        "regardingobjectid_knowledgearticle",
        many_to_one(
            "knowledgearticle_Teams", "team", "regardingobjectid", "knowledgearticle",
            "knowledgearticleid"
        )
    ),
    led_to_by(
        "associatedteamtemplateid",
        many_to_one(
            "teamtemplate_Teams", "team", "teamtemplateid", "teamtemplate", "teamtemplateid"
        )
    ),
    to_outside(many_to_one(
        "TransactionCurrency_Team", "team", "transactioncurrencyid", "transactioncurrency",
        "transactioncurrencyid"
    )),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"team", "teambase">);

}  // namespace team_table

namespace known {

inline constexpr Table team{
    .id = 5,
    .name = "team",
    .schema_name = "Team",
    .set_name = "teams",
    .display_name = "Team",
    .display_collection_name = "Teams",
    .primary_id = "teamid",
    .primary_name = "name",
    .ownership = Ownership::business,
    .object_type_code = 9,
    .access_fact = true,
    .tracks_changes = true,
    .unit_column = "businessunitid",
    .columns = team_table::columns.rows,
    .by_name = team_table::columns.by_name,
    .keys = team_table::keys,
    .logged = team_table::logged,
    .relationships = team_table::relationships,
};

}  // namespace known
}  // namespace rookery::schema
