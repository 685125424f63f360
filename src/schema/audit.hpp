// Audits: the entries of the audit log as rows, in the words of Dataverse. Nothing is stored: each row is made of its entry
// when it is read (pipeline/audit_rows.hpp).
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <limits>
#include <string_view>

namespace rookery::schema {

namespace audit_table {

// The codes of `operation` and `action` (dataverse: Audit table). pipeline/audit_words.cpp says which entry has which.
inline constexpr std::int32_t operation_create = 1;
inline constexpr std::int32_t operation_update = 2;
inline constexpr std::int32_t operation_delete = 3;
inline constexpr std::int32_t operation_access = 4;

inline constexpr Option operations[] = {
    {.value = operation_create, .label = "Create"},
    {.value = operation_update, .label = "Update"},
    {.value = operation_delete, .label = "Delete"},
    {.value = operation_access, .label = "Access"},
};

inline constexpr Option actions[] = {
    {.value = 0, .label = "Unknown"},
    {.value = 1, .label = "Create"},
    {.value = 2, .label = "Update"},
    {.value = 3, .label = "Delete"},
    {.value = 4, .label = "Activate"},
    {.value = 5, .label = "Deactivate"},
    {.value = 11, .label = "Cascade"},
    {.value = 12, .label = "Merge"},
    {.value = 13, .label = "Assign"},
    {.value = 14, .label = "Share"},
    {.value = 15, .label = "Retrieve"},
    {.value = 16, .label = "Close"},
    {.value = 17, .label = "Cancel"},
    {.value = 18, .label = "Complete"},
    {.value = 20, .label = "Resolve"},
    {.value = 21, .label = "Reopen"},
    {.value = 33, .label = "Associate Entities"},
    {.value = 34, .label = "Disassociate Entities"},
    {.value = 35, .label = "Add Members"},
    {.value = 36, .label = "Remove Members"},
    {.value = 41, .label = "Set State"},
    {.value = 46, .label = "Internal Processing"},
    {.value = 48, .label = "Modify Share"},
    {.value = 49, .label = "Unshare"},
    {.value = 53, .label = "Assign Role To Team"},
    {.value = 54, .label = "Remove Role From Team"},
    {.value = 55, .label = "Assign Role To User"},
    {.value = 56, .label = "Remove Role From User"},
    {.value = 57, .label = "Add Privileges to Role"},
    {.value = 58, .label = "Remove Privileges From Role"},
    {.value = 59, .label = "Replace Privileges In Role"},
    {.value = 61, .label = "Clone"},
    {.value = 63, .label = "Enabled for organization"},
    {.value = 64, .label = "User Access via Web"},
    {.value = 65, .label = "User Access via Web Services"},
    {.value = 100, .label = "Delete Entity"},
    {.value = 101, .label = "Delete Attribute"},
    {.value = 102, .label = "Audit Change at Entity Level"},
    {.value = 103, .label = "Audit Change at Attribute Level"},
    {.value = 104, .label = "Audit Change at Org Level"},
    {.value = 105, .label = "Entity Audit Started"},
    {.value = 106, .label = "Attribute Audit Started"},
    {.value = 107, .label = "Audit Enabled"},
    {.value = 108, .label = "Entity Audit Stopped"},
    {.value = 109, .label = "Attribute Audit Stopped"},
    {.value = 110, .label = "Audit Disabled"},
    {.value = 111, .label = "Audit Log Deletion"},
    {.value = 112, .label = "User Access Audit Started"},
    {.value = 113, .label = "User Access Audit Stopped"},
};

/// What entries are about most; an entry about a row of another table leads there all the same.
inline constexpr std::string_view to_rows[] = {
    "asyncoperation",
    "businessunit",
    "fieldpermission",
    "fieldsecurityprofile",
    "msdyn_octwitterapplication",
    "msdyn_octwitterhandle",
    "msdyn_octwitterhandlesecret",
    "organization",
    "rky_credential",
    "rky_tokenpolicy",
    "rky_tokenversion",
    "role",
    "syncerror",
    "systemuser",
    "team",
};

/// Leads to one of many tables, and no client follows it: there is no navigation property.
template <FixedText name>
constexpr Column about(ColumnId id, std::string_view schema_name, std::string_view display_name) {
    auto out = lookup<name>(id, schema_name, display_name, to_rows, read_only);
    out.nav = {};
    return out;
}

/// No API has ever shown it.
constexpr Column change_data() {
    return column_row({11, "changedata", "ChangeData", "Change Data"}, Type::virtual_text, 0);
}

constexpr Column limited(Column column, std::uint32_t length_max) {
    column.length_max = length_max;
    return column;
}

inline constexpr std::array own = {
    primary_id({1, "auditid", "AuditId", "Record Id"}, read_only),
    choice({2, "operation", "Operation", "Operation"}, operations, read_only, Required::system),
    choice({3, "action", "Action", "Event"}, actions, read_only, Required::system),
    text({4, "objecttypecode", "ObjectTypeCode", "Entity"}, 128, read_only),
    about<"objectid">(5, "ObjectId", "Record"),
    about<"regardingobjectid">(6, "RegardingObjectId", "Regarding"),
    lookup<"userid">(7, "UserId", "Changed By", to_systemuser, read_only),
    lookup<"callinguserid">(8, "CallingUserId", "Calling User", to_systemuser, read_only),
    text({9, "attributemask", "AttributeMask", "Attribute Mask"}, 10000, read_only),
    uid({10, "transactionid", "TransactionId", "Transaction Id"}, read_only),
    limited(change_data(), 1U << 20),
    text({12, "useradditionalinfo", "UserAdditionalInfo", "User Info"}, 350, read_only),
    datetime(
        {101, "createdon", "CreatedOn", "Changed Date", "Date and time when the entry was made."},
        read_only
    ),
};

inline constexpr auto columns = compose(own);

/// Nothing leads to the entries from the other side: the log has no index by user.
constexpr Relationship to_user(std::string_view name, std::string_view column) {
    auto out = many_to_one(name, "audit", column, "systemuser", "systemuserid");
    out.built = false;
    return out;
}

inline constexpr std::array parents = {
    to_user("lk_audit_callinguserid", "callinguserid"),
    to_user("lk_audit_userid", "userid"),
};

}  // namespace audit_table

namespace known {

inline constexpr Table audit{
    .id = 29,
    .name = "audit",
    .schema_name = "Audit",
    .set_name = "audits",
    .display_name = "Auditing",
    .display_collection_name = "Audit Summary View",
    .primary_id = "auditid",
    .primary_name = {},
    .ownership = Ownership::none,
    .object_type_code = 4567,
    .writable = false,
    .of_log = true,
    .columns = audit_table::columns.rows,
    .by_name = audit_table::columns.by_name,
    .relationships = audit_table::parents,
};

}  // namespace known
}  // namespace rookery::schema
