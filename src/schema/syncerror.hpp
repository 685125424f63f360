// Why a record could not be pushed to the Dataverse it is synced with. Columns and limits are those
// of the vendor's table reference (Sync Error); Memo columns without a length there have 1 Mi here.
// The vault makes and changes the rows; anyone with the right may delete one.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace sync_error {

inline constexpr std::uint32_t memo_max = 1U << 20;

inline constexpr std::string_view to_record[] = {
    "msdyn_octwitterapplication", "msdyn_octwitterhandle", "msdyn_octwitterhandlesecret"};

inline constexpr Option types[] = {
    {.value = 0, .label = "Conflict"},
    {.value = 1, .label = "Record not found"},
    {.value = 2, .label = "Record already exists"},
    {.value = 3, .label = "Others"},
};
inline constexpr Option states[] = {
    {.value = 0, .label = "Active", .state = 0, .default_status = 0},
    {.value = 1, .label = "Inactive", .state = 1, .default_status = 1},
};
inline constexpr Option statuses[] = {
    {.value = 0, .label = "Active", .state = 0, .default_status = 0},
    {.value = 1, .label = "Fixed", .state = 1, .default_status = 0},
};

constexpr Column owner() {
    auto out = owner_row();
    out.flags = read_only;
    return out;
}

/// One navigation property for each target: the relationships name them.
constexpr Column regarding() {
    auto out =
        lookup<"regardingobjectid">(10, "RegardingObjectId", "Regarding", to_record, read_only);
    out.nav = {};
    return out;
}

constexpr Column with_states(Column column, std::span<const Option> options) {
    column.options = options;
    column.has_initial = true;
    return column;
}

constexpr Column error_time() {
    auto out = datetime({8, "errortime", "ErrorTime", "Error Time"}, read_only);
    out.required = Required::system;
    return out;
}

inline constexpr std::array own = {
    primary_id({1, "syncerrorid", "SyncErrorId", "Sync Error"}, read_only),
    text({2, "name", "Name", "Name"}, 100, read_only, Required::application),
    text({3, "action", "Action", "Action"}, 100, read_only),
    text({4, "actiondata", "ActionData", "Action Data"}, 10000, read_only),
    text({5, "description", "Description", "Description"}, 4000, read_only),
    text({6, "errorcode", "ErrorCode", "Error Code"}, 100, read_only),
    text({7, "errordetail", "ErrorDetail", "Error Detail"}, memo_max, read_only),
    error_time(),
    choice({9, "errortype", "ErrorType", "Error Type"}, types, read_only),
    regarding(),
    column_row(
        {11, "regardingobjecttypecode", "RegardingObjectTypeCode", ""}, Type::entityname,
        metadata_only
    ),
    text({12, "requestdata", "RequestData", "Request Data"}, memo_max, read_only),
    text({13, "errormessage", "ErrorMessage", "Error Message"}, 1000, read_only),
    regarding_name(14),
    owner(),
    owner_type_row(metadata_only),
    owner_name_row(),
    owner_yomi_name_row(),
    lookup<"owningbusinessunit">(
        110, "OwningBusinessUnit", "Owning Business Unit", to_businessunit, refused
    ),
    owning_team_row(),
    owning_user_row(),
    with_states(
        column_row(
            {113, "statecode", "StateCode", "Status"}, Type::state, read_only, Required::system
        ),
        states
    ),
    with_states(
        column_row({114, "statuscode", "StatusCode", "Status Reason"}, Type::status, read_only),
        statuses
    ),
};

inline constexpr auto columns = compose(own, audit_columns, version_column);

inline constexpr std::array parents = {
    unit_relationship("BusinessUnit_SyncError", "syncerror"),
    many_to_one("owner_SyncError", "syncerror", "ownerid", "owner", "ownerid"),
    many_to_one("team_SyncError", "syncerror", "owningteam", "team", "teamid"),
    many_to_one("SystemUser_SyncError", "syncerror", "owninguser", "systemuser", "systemuserid"),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"syncerror", "syncerrorbase", "syncerrorbase">);

}  // namespace sync_error

namespace known {

inline constexpr Table syncerror{
    .id = 19,
    .name = "syncerror",
    .schema_name = "SyncError",
    .set_name = "syncerrors",
    .display_name = "Sync Error",
    .display_collection_name = "Sync Errors",
    .primary_id = "syncerrorid",
    .primary_name = "name",
    .ownership = Ownership::user,
    .object_type_code = 9869,
    .writable = false,
    .removable = true,
    .unit_column = "owningbusinessunit",
    .columns = sync_error::columns.rows,
    .by_name = sync_error::columns.by_name,
    .logged = owner_logged,
    .relationships = sync_error::relationships,
};

}  // namespace known
}  // namespace rookery::schema
