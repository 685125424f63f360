// A job that works in the background: its state and, in columns of our own, its progress. Columns, states and limits
// are those of the vendor's table reference (System Job); what a job here does not have is null. The vault makes and writes
// the rows; a request may set statecode and statuscode alone, to pause, resume or cancel.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace rookery::schema {

namespace async_operation {

/// A type for each job of this server, called as the job is: of what Dataverse has too by its number, the others from
/// 100,000,000 on.
inline constexpr Option operation_types[] = {
    {.value = 7, .label = "duplicate-rule-publish"},
    {.value = 8, .label = "duplicate-detection"},
    {.value = 13, .label = "bulk-delete"},
    {.value = 300, .label = "retain"},
    {.value = 304, .label = "purge-retained"},
    {.value = 100'000'000, .label = "scrub"},
    {.value = 100'000'001, .label = "key-rotation"},
    {.value = 100'000'002, .label = "key-destruction"},
    {.value = 100'000'003, .label = "backup"},
    {.value = 100'000'004, .label = "data-rekey"},
    {.value = 100'000'005, .label = "row-rekey"},
    {.value = 100'000'006, .label = "purge"},
    {.value = 100'000'007, .label = "token-versions"},
    {.value = 100'000'008, .label = "recycle-bin"},
    {.value = 100'000'009, .label = "rollback-retain"},
    {.value = 100'000'010, .label = "retention-policies"},
    {.value = 100'000'011, .label = "forget-purged"},
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

inline constexpr std::uint32_t memo_max = 1U << 20;
inline constexpr std::string_view to_record[] = {
    "msdyn_octwitterapplication", "msdyn_octwitterhandle", "msdyn_octwitterhandlesecret"};
inline constexpr std::string_view to_workflow[] = {"workflow"};
inline constexpr std::string_view to_step[] = {"sdkmessageprocessingstep"};

/// One navigation property for each target: the relationships name them.
constexpr Column regarding() {
    auto out =
        lookup<"regardingobjectid">(39, "RegardingObjectId", "Regarding", to_record, refused);
    out.nav = {};
    return out;
}

constexpr Column required_of(Column column) {
    column.required = Required::system;
    return column;
}

/// What Dataverse tells of a job that comes from a workflow, a plug-in or a chain of requests, of which there are none here;
/// and how a job went.
inline constexpr std::array of_the_vendor = {
    // The message that asked for it; null of one that its schedule started.
    text({35, "messagename", "MessageName", "Message Name"}, 160, refused),
    required_of(uid({36, "correlationid", "CorrelationId", "Correlation Id"}, refused)),
    required_of(datetime(
        {37, "correlationupdatedtime", "CorrelationUpdatedTime", "Correlation Updated Time"},
        refused
    )),
    // No job is started by another.
    always(
        integer(
            {38, "depth", "Depth", "Depth"}, refused, 0, std::numeric_limits<std::int32_t>::max(),
            Required::system
        ),
        1
    ),
    regarding(),
    column_row(
        {40, "regardingobjecttypecode", "RegardingObjectTypeCode", ""}, Type::entityname,
        metadata_only
    ),
    regarding_name(41),
    text({42, "primaryentitytype", "PrimaryEntityType", "Primary Entity Type"}, 128, refused),
    uid({43, "requestid", "RequestId", "Request"}, refused),
    lookup<"workflowactivationid">(
        44, "WorkflowActivationId", "Workflow Activation Id", to_workflow, refused
    ),
    lookup<"owningextensionid">(45, "OwningExtensionId", "Owning Extension", to_step, refused),
    text({46, "callerorigin", "CallerOrigin", "Caller Origin"}, 256, refused),
    text({47, "dependencytoken", "DependencyToken", "Dependency Token"}, 256, refused),
    text({48, "hostid", "HostId", "Host"}, 256, refused),
    text({49, "workload", "Workload", "Workload"}, 256, refused),
    // The rows of older jobs go when there are newer ones.
    always(boolean({50, "retainjobhistory", "RetainJobHistory", "Retain Job History"}, refused), 0),
    uid({51, "breadcrumbid", "BreadcrumbId", "Breadcrumb ID"}, refused),
    uid({52, "parentpluginexecutionid", "ParentPluginExecutionId", ""}, refused),
    text({53, "data", "Data", "Data"}, memo_max, refused),
    text({54, "recurrencepattern", "RecurrencePattern", "Recurrence Pattern"}, 256, refused),
    datetime(
        {55, "recurrencestarttime", "RecurrenceStartTime", "Recurrence Start"}, refused, "DateOnly"
    ),
    datetime({56, "postponeuntil", "PostponeUntil", "Postpone Until"}, refused),
    text(
        {57, "rootexecutioncontext", "RootExecutionContext", "RootExecutionContext"}, memo_max,
        refused
    ),
    // Both of a job that failed.
    integer({58, "errorcode", "ErrorCode", "Error Code"}, refused),
    text({59, "message", "Message", "Message"}, 100'000, refused),
    // Seconds from its start to its end, with what it waited; null until then.
    real(
        {60, "executiontimespan", "ExecutionTimeSpan", "ExecutionTimeSpan"}, 2, 0, 1'000'000'000,
        refused, Required::system
    ),
    always(
        boolean({61, "iswaitingforevent", "IsWaitingForEvent", "Waiting for Event"}, refused), 0
    ),
    // One that failed is not tried again.
    always(
        integer(
            {62, "retrycount", "RetryCount", "Retry Count"}, refused, 0,
            std::numeric_limits<std::int32_t>::max(), Required::system
        ),
        0
    ),
    bigint({63, "sequence", "Sequence", "Sequence"}, refused),
    integer({64, "subtype", "Subtype", "Subtype"}, refused),
    always(
        boolean(
            {65, "workflowisblocked", "WorkflowIsBlocked", "Workflow Is Blocked"}, refused,
            Initially::no, Required::system
        ),
        0
    ),
    text({66, "workflowstagename", "WorkflowStageName", "Workflow Stage"}, 256, refused),
};

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

inline constexpr auto columns = compose(own, of_the_vendor, audit_columns, version_column);

inline constexpr std::array parents = {
    unit_relationship("business_unit_asyncoperation", "asyncoperation"),
    many_to_one("owner_asyncoperations", "asyncoperation", "ownerid", "owner", "ownerid"),
    many_to_one("team_asyncoperation", "asyncoperation", "owningteam", "team", "teamid"),
    many_to_one(
        "system_user_asyncoperation", "asyncoperation", "owninguser", "systemuser", "systemuserid"
    ),
    to_outside(many_to_one(
        "lk_asyncoperation_workflowactivationid", "asyncoperation", "workflowactivationid",
        "workflow", "workflowid"
    )),
    to_outside(many_to_one(
        "SdkMessageProcessingStep_AsyncOperations", "asyncoperation", "owningextensionid",
        "sdkmessageprocessingstep", "sdkmessageprocessingstepid"
    )),
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
