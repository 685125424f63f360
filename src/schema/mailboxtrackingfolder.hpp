// Which Exchange folder of a mailbox belongs to a record. Columns and limits are those of the vendor's table reference (Mailbox
// Auto Tracking Folder). Nothing here follows a folder: the rows are kept for the clients that do.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <limits>
#include <string_view>

namespace rookery::schema {

namespace mailbox_tracking_folder {

inline constexpr std::string_view to_mailbox[] = {"mailbox"};
inline constexpr std::string_view to_record[] = {
    "msdyn_octwitterapplication", "msdyn_octwitterhandle", "msdyn_octwitterhandlesecret"};

/// One navigation property for each target: the relationships name them.
constexpr Column regarding() {
    auto out = lookup<"regardingobjectid">(
        6, "RegardingObjectId", "Regarding Object Id", to_record, writable
    );
    out.nav = {};
    return out;
}

constexpr Column onboarding_status() {
    auto out = integer(
        {4, "folderonboardingstatus", "FolderOnboardingStatus", "Folder on boarding Status"},
        writable,
        0,
        std::numeric_limits<std::int32_t>::max(),
        Required::system
    );
    out.has_initial = true;
    return out;
}

inline constexpr std::array own = {
    primary_id(
        {1, "mailboxtrackingfolderid", "MailboxTrackingFolderId", "Mailbox Auto Tracking Folder"}
    ),
    text({2, "exchangefolderid", "ExchangeFolderId", "Exchange Folder Id"}, 120, writable),
    text({3, "exchangefoldername", "ExchangeFolderName", "Exchange Folder Name"}, 256, writable),
    onboarding_status(),
    lookup<"mailboxid">(5, "MailboxId", "MailboxId", to_mailbox, writable, Required::system),
    regarding(),
    column_row(
        {7, "regardingobjecttypecode", "RegardingObjectTypeCode", "Regarding Object Type Code"},
        Type::entityname, metadata_only | can::create | can::update
    ),
    uid({8, "organizationid", "OrganizationId", "Organization"}, read_only),
};

inline constexpr auto columns =
    compose(own, audit_columns, owner_columns_without_states, version_column);

constexpr Relationship to_the_mailbox() {
    auto out = many_to_one(
        "Mailbox_MailboxTrackingFolder",
        "mailboxtrackingfolder",
        "mailboxid",
        "mailbox",
        "mailboxid"
    );
    out.built = false;
    return out;
}

inline constexpr std::array parents = {
    unit_relationship("businessunit_mailboxtrackingfolder", "mailboxtrackingfolder"),
    many_to_one(
        "owner_mailboxtrackingfolder", "mailboxtrackingfolder", "ownerid", "owner", "ownerid"
    ),
    many_to_one(
        "team_mailboxtrackingfolder", "mailboxtrackingfolder", "owningteam", "team", "teamid"
    ),
    many_to_one(
        "user_mailboxtrackingfolder", "mailboxtrackingfolder", "owninguser", "systemuser",
        "systemuserid"
    ),
    to_the_mailbox(),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"mailboxtrackingfolder">);

/// What decides who may read a row.
inline constexpr ColumnId logged[] = {106};

}  // namespace mailbox_tracking_folder

namespace known {

inline constexpr Table mailboxtrackingfolder{
    .id = 27,
    .name = "mailboxtrackingfolder",
    .schema_name = "MailboxTrackingFolder",
    .set_name = "mailboxtrackingfolders",
    .display_name = "Mailbox Auto Tracking Folder",
    .display_collection_name = "Mailbox Auto Tracking Folders",
    .primary_id = "mailboxtrackingfolderid",
    .primary_name = {},
    .ownership = Ownership::user,
    .object_type_code = 9608,
    .unit_column = "owningbusinessunit",
    .columns = mailbox_tracking_folder::columns.rows,
    .by_name = mailbox_tracking_folder::columns.by_name,
    .logged = mailbox_tracking_folder::logged,
    .relationships = mailbox_tracking_folder::relationships,
};

}  // namespace known
}  // namespace rookery::schema
