// A policy: which records of a table are retained for the long term, when, and for how long. Columns, limits and states are those
// of the vendor's table reference (RetentionConfig), but for those of solutions, which there are not here. Whoever activates
// a policy is the user in whose name its runs retain; the vault keeps who that was, and when the next run is due.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <cstdint>

namespace rookery::schema {

namespace retention_config {

inline constexpr std::int64_t scheduled = 10;
inline constexpr std::int64_t unscheduled = 20;
inline constexpr std::int64_t purge_days_max = 36'500;

/// What is neither scheduled nor inactive is a draft, which runs never.
inline constexpr Option states[] = {
    {.value = 0, .label = "Active", .state = 0, .default_status = 1},
    {.value = 1, .label = "Inactive", .state = 1, .default_status = 2},
};
inline constexpr Option statuses[] = {
    {.value = 1, .label = "Draft", .state = 0, .default_status = 0},
    {.value = 2, .label = "Inactive", .state = 1, .default_status = 0},
    {.value = 10, .label = "Active", .state = 0, .default_status = 0},
    {.value = 20, .label = "Unscheduled", .state = 0, .default_status = 0},
    {.value = 30, .label = "Cancelled", .state = 1, .default_status = 0},
};

constexpr Column state() {
    auto out = state_row();
    out.options = states;
    return out;
}

constexpr Column status() {
    auto out = status_row();
    out.options = statuses;
    return out;
}

inline constexpr std::array own = {
    primary_id({1, "retentionconfigid", "retentionconfigId", "RetentionConfig"}),
    text({2, "name", "Name", "Name"}, 100, writable),
    text({3, "uniquename", "UniqueName", "Unique Name"}, 128, writable, Required::system),
    text({4, "entitylogicalname", "EntityLogicalName", "EntityLogicalName"}, 100, writable),
    text({5, "criteria", "Criteria", "Criteria"}, 1'048'575, writable),
    text({6, "recurrence", "Recurrence", "Recurrence"}, 256, writable),
    datetime({7, "starttime", "StartTime", "StartTime"}, writable),
    datetime({8, "nextrun", "NextRun", "NextRun"}, read_only),
    text({9, "asyncoperationid", "AsyncOperationId", "AsyncOperationId"}, 72, read_only),
    text({10, "referenceconfigid", "ReferenceConfigId", "ReferenceConfigId"}, 72, writable),
    text({11, "viewid", "ViewId", "viewid"}, 72, writable),
    integer(
        {30, "rky_purgeafterdays", "rky_PurgeAfterDays", "Purge After Days"}, writable, 1,
        purge_days_max
    ),
    datetime({31, "rky_lastrun", "rky_LastRun", "Last Run"}, read_only),
    datetime({32, "rky_activatedon", "rky_ActivatedOn", "Activated On"}, read_only),
    lookup<"rky_activatedby">(33, "rky_ActivatedBy", "Activated By", to_systemuser, read_only),
    // The credential by which he did; null: without one.
    uid({34, "rky_activatedwith", "rky_ActivatedWith", "Activated With"}, metadata_only),
    state(),
    status(),
    off_forms(integer(
        {117,
         "timezoneruleversionnumber",
         "TimeZoneRuleVersionNumber",
         "Time Zone Rule Version Number"},
        writable, -1
    )),
    off_forms(integer(
        {118,
         "utcconversiontimezonecode",
         "UTCConversionTimeZoneCode",
         "UTC Conversion Time Zone Code"},
        writable, -1
    )),
};

inline constexpr auto columns =
    compose(own, audit_columns, import_columns, owner_columns_without_states, version_column);

inline constexpr std::array parents = {
    many_to_one(
        "systemuser_retentionconfig_activatedby", "retentionconfig", "rky_activatedby",
        "systemuser", "systemuserid"
    ),
};

inline constexpr auto relationships =
    all_relationships(parents, owner_relationships<"retentionconfig">, audit_relationships<"retentionconfig">);

/// Who may do what with it, in whose name it runs, and whether it does.
inline constexpr ColumnId logged[] = {33, 34, 106, 113, 114};

}  // namespace retention_config

namespace known {

inline constexpr Table retentionconfig{
    .id = 35,
    .name = "retentionconfig",
    .schema_name = "retentionconfig",
    .set_name = "retentionconfigs",
    .display_name = "RetentionConfig",
    .display_collection_name = "RetentionConfig",
    .primary_id = "retentionconfigid",
    .primary_name = "name",
    .ownership = Ownership::user,
    .object_type_code = 10'067,
    .unit_column = "owningbusinessunit",
    .columns = retention_config::columns.rows,
    .by_name = retention_config::columns.by_name,
    .logged = retention_config::logged,
    .relationships = retention_config::relationships,
};

}  // namespace known
}  // namespace rookery::schema
