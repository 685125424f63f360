// A run of a dialog about a record. Columns, limits and states are those of the vendor's table reference (Process Session), but
// for protectionkey, which nobody reads or writes; texts without a length there have 1 Mi here. Nothing here runs dialogs: the
// rows are kept for the clients that do, and what only the vendor's server sets stays null.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace process_session {

inline constexpr std::uint32_t memo_max = 1U << 20;

inline constexpr std::string_view to_session[] = {"processsession"};
inline constexpr std::string_view to_workflow[] = {"workflow"};
inline constexpr std::string_view to_record[] = {
    "msdyn_octwitterapplication", "msdyn_octwitterhandle", "msdyn_octwitterhandlesecret"};

/// The vendor's reference has 2 as the default status of Complete, which is one of the other state: 4 is the first of its own.
inline constexpr Option states[] = {
    {.value = 0, .label = "Incomplete", .state = 0, .default_status = 1},
    {.value = 1, .label = "Complete", .state = 1, .default_status = 4},
};
inline constexpr Option statuses[] = {
    {.value = 1, .label = "Not Started", .state = 0, .default_status = 0},
    {.value = 2, .label = "In Progress", .state = 0, .default_status = 0},
    {.value = 3, .label = "Paused", .state = 0, .default_status = 0},
    {.value = 4, .label = "Completed", .state = 1, .default_status = 0},
    {.value = 5, .label = "Canceled", .state = 1, .default_status = 0},
    {.value = 6, .label = "Failed", .state = 1, .default_status = 0},
};

inline constexpr std::uint8_t update_only = read_only | can::update;

/// One navigation property for each target: the relationships name them.
constexpr Column regarding() {
    auto out =
        lookup<"regardingobjectid">(13, "RegardingObjectId", "Regarding", to_record, create_only);
    out.nav = {};
    return out;
}

constexpr Column state() {
    auto out = column_row(
        {113, "statecode", "StateCode", "Status"}, Type::state, update_only, Required::system
    );
    out.options = states;
    out.has_initial = true;
    return out;
}

constexpr Column status() {
    auto out =
        column_row({114, "statuscode", "StatusCode", "Status Reason"}, Type::status, writable);
    out.options = statuses;
    out.initial = 1;
    out.has_initial = true;
    return out;
}

inline constexpr std::array own = {
    primary_id({1, "processsessionid", "ProcessSessionId", "Dialog Session"}),
    text({2, "name", "Name", "Name"}, 256, writable),
    text({3, "activityname", "ActivityName", "Activity Name"}, 256, writable),
    text({4, "comments", "Comments", "Comments"}, 2000, writable),
    integer({5, "errorcode", "ErrorCode", "Error Code"}, writable),
    lookup<"executedby">(6, "ExecutedBy", "Executed By", to_systemuser, writable),
    text({7, "inputarguments", "InputArguments", "Input Arguments"}, memo_max, create_only),
    lookup<"nextlinkedsessionid">(
        8, "NextLinkedSessionId", "Next Linked Session", to_session, writable
    ),
    lookup<"originatingsessionid">(
        9, "OriginatingSessionId", "Originating Session", to_session, create_only
    ),
    lookup<"previouslinkedsessionid">(
        10, "PreviousLinkedSessionId", "Previous Linked Session", to_session, create_only
    ),
    lookup<"processid">(11, "ProcessId", "Process", to_workflow, create_only),
    text({12, "processstagename", "ProcessStageName", "Dialog Stage"}, 256, writable),
    regarding(),
    column_row(
        {14, "regardingobjecttypecode", "RegardingObjectTypeCode", ""}, Type::entityname,
        metadata_only | can::create
    ),
    text({15, "processstate", "ProcessState", "Process State"}, memo_max, writable),
    datetime({16, "startedon", "StartedOn", "Started On"}, create_only),
    text({17, "stepname", "StepName", "Step Name"}, 256, writable),
    datetime({18, "canceledon", "CanceledOn", "Canceled On"}, update_only),
    datetime({19, "completedon", "CompletedOn", "Completed On"}, update_only),
    lookup<"canceledby">(20, "CanceledBy", "Canceled By", to_systemuser, read_only),
    lookup<"completedby">(21, "CompletedBy", "Completed By", to_systemuser, read_only),
    lookup<"startedby">(22, "StartedBy", "Started By", to_systemuser, read_only),
    datetime({23, "executedon", "ExecutedOn", "Executed On"}, read_only),
    state(),
    status(),
};

inline constexpr auto columns =
    compose(own, audit_columns, owner_columns_without_states, version_column);

constexpr Relationship to_user(std::string_view name, std::string_view column) {
    return many_to_one(name, "processsession", column, "systemuser", "systemuserid");
}

constexpr Relationship to_other_session(std::string_view name, std::string_view column) {
    return many_to_one(name, "processsession", column, "processsession", "processsessionid");
}

constexpr Relationship to_the_workflow() {
    auto out = many_to_one(
        "lk_processsession_processid", "processsession", "processid", "workflow", "workflowid"
    );
    out.built = false;
    return out;
}

inline constexpr std::array parents = {
    unit_relationship("Owning_businessunit_processsessions", "processsession"),
    many_to_one("owner_processsessions", "processsession", "ownerid", "owner", "ownerid"),
    many_to_one("team_processsession", "processsession", "owningteam", "team", "teamid"),
    to_user("user_processsession", "owninguser"),
    to_user("lk_processsession_executedby", "executedby"),
    to_user("lk_processsession_canceledby", "canceledby"),
    to_user("lk_processsession_completedby", "completedby"),
    to_user("lk_processsession_startedby", "startedby"),
    to_other_session("lk_processsession_nextlinkedsessionid", "nextlinkedsessionid"),
    to_other_session("lk_processsession_originatingsessionid", "originatingsessionid"),
    to_other_session("lk_processsession_previouslinkedsessionid", "previouslinkedsessionid"),
    to_the_workflow(),
};

inline constexpr auto relationships = all_relationships(
    parents, audit_relationships<"processsession", "processsession", "processsessionbase">
);

}  // namespace process_session

namespace known {

inline constexpr Table processsession{
    .id = 28,
    .name = "processsession",
    .schema_name = "ProcessSession",
    .set_name = "processsessions",
    .display_name = "Process Session",
    .display_collection_name = "Process Sessions",
    .primary_id = "processsessionid",
    .primary_name = "name",
    .ownership = Ownership::user,
    .object_type_code = 4710,
    .unit_column = "owningbusinessunit",
    .columns = process_session::columns.rows,
    .by_name = process_session::columns.by_name,
    .logged = owner_logged,
    .relationships = process_session::relationships,
};

}  // namespace known
}  // namespace rookery::schema
