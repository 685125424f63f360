// A run: records of a table that were retained, brought back or purged by one job, how many, and what could not be. Columns, limits
// and states are those of the vendor's table reference (RetentionOperation), but for pagingcookie, which is a place in the
// store here, and for the length of criteria. The vault makes and writes the rows; they stay when the job's row goes.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace rookery::schema {

namespace retention_operation {

inline constexpr std::string_view to_config[] = {"retentionconfig"};
inline constexpr std::int64_t rows_max = std::numeric_limits<std::int32_t>::max();
inline constexpr std::uint32_t details_max = 5000;

inline constexpr std::int64_t waiting = 0;
inline constexpr std::int64_t marking = 20;
inline constexpr std::int64_t copying = 21;
inline constexpr std::int64_t deleting = 22;
inline constexpr std::int64_t succeeded = 30;
inline constexpr std::int64_t failed = 31;
inline constexpr std::int64_t cancelled = 32;

/// The vendor's reference has default statuses that are none of these.
inline constexpr Option states[] = {
    {.value = 0, .label = "Scheduled", .state = 0, .default_status = 0},
    {.value = 2, .label = "Inprogress", .state = 2, .default_status = 20},
    {.value = 3, .label = "Completed", .state = 3, .default_status = 30},
};
inline constexpr Option statuses[] = {
    {.value = 0, .label = "Waiting", .state = 0, .default_status = 0},
    {.value = 20, .label = "Marking", .state = 2, .default_status = 0},
    {.value = 21, .label = "Copying", .state = 2, .default_status = 0},
    {.value = 22, .label = "Deleting", .state = 2, .default_status = 0},
    {.value = 30, .label = "Succeeded", .state = 3, .default_status = 0},
    {.value = 31, .label = "Failed", .state = 3, .default_status = 0},
    {.value = 32, .label = "Cancelled", .state = 3, .default_status = 0},
};
/// What is done to the records.
inline constexpr Option kinds[] = {
    {.value = 0, .label = "Retain"},
    {.value = 1, .label = "Roll Back"},
    {.value = 2, .label = "Purge"},
};

constexpr Column with(Column column, std::span<const Option> options, std::int64_t initial) {
    column.options = options;
    column.flags = read_only;
    column.initial = initial;
    column.has_initial = true;
    return column;
}

constexpr Column owner() {
    auto out = owner_row();
    out.flags = refused;
    return out;
}

inline constexpr std::array own = {
    primary_id(
        {1, "retentionoperationid", "retentionoperationId", "RetentionOperationId"}, read_only
    ),
    text({2, "name", "Name", "Name"}, 100, read_only),
    lookup<"retentionconfigid">(3, "RetentionConfigId", "RetentionConfigId", to_config, read_only),
    text(
        {4, "rootentitylogicalname", "RootEntityLogicalName", "RootEntityLogicalName"}, 100,
        read_only
    ),
    text({5, "criteria", "Criteria", "Criteria"}, 1'048'575, read_only),
    datetime({6, "starttime", "StartTime", "StartTime"}, read_only),
    datetime({7, "endtime", "EndTime", "EndTime"}, read_only),
    integer({8, "retentioncount", "RetentionCount", "RetentionCount"}, read_only, 0, rows_max),
    integer({9, "failedcount", "FailedCount", "FailedCount"}, read_only, 0, rows_max),
    text(
        {10, "additionaldetails", "AdditionalDetails", "AdditionalDetails"}, details_max, read_only
    ),
    text({11, "asyncoperationid", "AsyncOperationId", "AsyncOperationId"}, 72, read_only),
    bigint(
        {12, "lastmarkedversionnumber", "LastMarkedVersionNumber", "LastMarkedVersionNumber"},
        read_only
    ),
    choice({30, "rky_kind", "rky_Kind", "Kind"}, kinds, read_only),
    // Of a purge: what was retained before this.
    datetime({31, "rky_retainedbefore", "rky_RetainedBefore", "Retained Before"}, read_only),
    // Where it goes on, as a list's paging token.
    text({32, "rky_place", "rky_Place", "Place"}, 4000, metadata_only),
    owner(),
    owner_type_row(metadata_only),
    owner_name_row(),
    owner_yomi_name_row(),
    owning_unit_row(),
    owning_team_row(),
    owning_user_row(),
    with(state_row(), states, 0),
    with(status_row(), statuses, waiting),
};

inline constexpr auto columns = compose(own, audit_columns, version_column);

inline constexpr std::array parents = {
    many_to_one(
        "retentionconfig_retentionoperation", "retentionoperation", "retentionconfigid",
        "retentionconfig", "retentionconfigid"
    ),
};

inline constexpr auto relationships =
    all_relationships(parents, owner_relationships<"retentionoperation">, audit_relationships<"retentionoperation">);

/// Whose request it was, and how it stands.
inline constexpr ColumnId logged[] = {106, 114};

}  // namespace retention_operation

namespace known {

inline constexpr Table retentionoperation{
    .id = 36,
    .name = "retentionoperation",
    .schema_name = "retentionoperation",
    .set_name = "retentionoperations",
    .display_name = "RetentionOperation",
    .display_collection_name = "RetentionOperation",
    .primary_id = "retentionoperationid",
    .primary_name = "name",
    .ownership = Ownership::user,
    .object_type_code = 10'068,
    .writable = false,
    .removable = true,
    .unit_column = "owningbusinessunit",
    .columns = retention_operation::columns.rows,
    .by_name = retention_operation::columns.by_name,
    .logged = retention_operation::logged,
    .relationships = retention_operation::relationships,
};

}  // namespace known
}  // namespace rookery::schema
