// A job that works in the background: its state and, in columns of our own, its progress. Columns, states and limits
// are those of the vendor's table reference (System Job), as far as a job here has them. The vault makes and writes the
// rows; a request may set statecode and statuscode alone, to pause, resume or cancel.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace async_operation {

/// A type for each job of this server, called as the job is: of what Dataverse has too by its number, the others from
/// 100,000,000 on.
inline constexpr Option operation_types[] = {
    {.value = 7, .label = "duplicate-rule-publish"},
    {.value = 8, .label = "duplicate-detection"},
    {.value = 13, .label = "bulk-delete"},
    {.value = 100'000'000, .label = "scrub"},
    {.value = 100'000'001, .label = "key-rotation"},
    {.value = 100'000'002, .label = "key-destruction"},
    {.value = 100'000'003, .label = "backup"},
    {.value = 100'000'004, .label = "data-rekey"},
    {.value = 100'000'005, .label = "row-rekey"},
    {.value = 100'000'006, .label = "purge"},
    {.value = 100'000'007, .label = "token-versions"},
    {.value = 100'000'008, .label = "recycle-bin"},
};
inline constexpr Option states[] = {
    {.value = 0, .label = "Ready", .state = 0, .default_status = 0},
    {.value = 1, .label = "Suspended", .state = 1, .default_status = 10},
    {.value = 2, .label = "Locked", .state = 2, .default_status = 20},
    {.value = 3, .label = "Completed", .state = 3, .default_status = 30},
};
inline constexpr Option statuses[] = {
    {.value = 0, .label = "Waiting For Resources", .state = 0, .default_status = 0},
    {.value = 10, .label = "Waiting", .state = 1, .default_status = 0},
    {.value = 20, .label = "In Progress", .state = 2, .default_status = 0},
    {.value = 21, .label = "Pausing", .state = 2, .default_status = 0},
    {.value = 22, .label = "Canceling", .state = 2, .default_status = 0},
    {.value = 30, .label = "Succeeded", .state = 3, .default_status = 0},
    {.value = 31, .label = "Failed", .state = 3, .default_status = 0},
    {.value = 32, .label = "Canceled", .state = 3, .default_status = 0},
};

constexpr Column owner() {
    auto out = owner_row();
    out.flags = refused;
    return out;
}

constexpr Column with_states(Column column, std::span<const Option> options) {
    column.options = options;
    column.has_initial = true;
    return column;
}

inline constexpr std::array own = {
    primary_id({1, "asyncoperationid", "AsyncOperationId", "System Job"}, read_only),
    text({2, "name", "Name", "System Job Name"}, 256, refused),
    choice({3, "operationtype", "OperationType", "System Job Type"}, operation_types, refused),
    datetime({4, "startedon", "StartedOn", "Started On"}, refused),
    datetime({5, "completedon", "CompletedOn", "Completed On"}, refused),
    text({6, "friendlymessage", "FriendlyMessage", "Friendly message"}, 100'000, refused),
    bigint({30, "rky_done", "rky_Done", "Units Done"}, refused),
    bigint({31, "rky_total", "rky_Total", "Units In All"}, refused),
    bigint({32, "rky_findings", "rky_Findings", "Findings"}, refused),
    text({33, "rky_waitreason", "rky_WaitReason", "Why It Waits"}, 500, refused),
    text({34, "rky_cursor", "rky_Cursor", "Cursor"}, 40'000, metadata_only),
    owner(),
    owner_type_row(metadata_only),
    owner_name_row(),
    owner_yomi_name_row(),
    owning_unit_row(),
    owning_team_row(),
    owning_user_row(),
    with_states(
        column_row(
            {113, "statecode", "StateCode", "Status"}, Type::state, read_only | can::update,
            Required::system
        ),
        states
    ),
    with_states(
        column_row(
            {114, "statuscode", "StatusCode", "Status Reason"}, Type::status,
            read_only | can::update
        ),
        statuses
    ),
};

inline constexpr auto columns = compose(own, audit_columns, version_column);

inline constexpr std::array parents = {
    unit_relationship("business_unit_asyncoperation", "asyncoperation"),
    many_to_one("owner_asyncoperations", "asyncoperation", "ownerid", "owner", "ownerid"),
    many_to_one("team_asyncoperation", "asyncoperation", "owningteam", "team", "teamid"),
    many_to_one(
        "system_user_asyncoperation", "asyncoperation", "owninguser", "systemuser", "systemuserid"
    ),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"asyncoperation">);

/// Who owns it, what it is called, and how it stands: its starts, pauses and ends are told by these.
inline constexpr ColumnId logged[] = {2, 106, 114};

}  // namespace async_operation

namespace known {

inline constexpr Table asyncoperation{
    .id = 20,
    .name = "asyncoperation",
    .schema_name = "AsyncOperation",
    .set_name = "asyncoperations",
    .display_name = "System Job",
    .display_collection_name = "System Jobs",
    .primary_id = "asyncoperationid",
    .primary_name = "name",
    .ownership = Ownership::user,
    .object_type_code = 4700,
    .unit_column = "owningbusinessunit",
    .columns = async_operation::columns.rows,
    .by_name = async_operation::columns.by_name,
    .logged = async_operation::logged,
    .relationships = async_operation::relationships,
};

}  // namespace known
}  // namespace rookery::schema
