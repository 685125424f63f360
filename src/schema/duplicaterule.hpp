// Which rows count as duplicates of which: those that agree in all conditions of the rule (duplicaterulecondition), once it is
// published. Columns, limits and states are those of the vendor's table reference (Duplicate Detection Rule), but for
// supportingsolutionid, which nobody reads. There are no tables of match codes here: the two columns that name them stay null.
#pragma once

#include "schema/msdyn_octwitterapplication.hpp"
#include "schema/msdyn_octwitterhandle.hpp"
#include "schema/msdyn_octwitterhandlesecret.hpp"
#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace rookery::schema {

namespace duplicate_rule {

/// The tables whose rows are looked for duplicates and among.
inline constexpr std::string_view to_record[] = {
    "msdyn_octwitterapplication", "msdyn_octwitterhandle", "msdyn_octwitterhandlesecret"};

constexpr Option type_of(const Table& table) {
    return {
        .value = static_cast<std::int32_t>(table.object_type_code), .label = table.display_name};
}

inline constexpr Option record_types[] = {
    type_of(known::msdyn_octwitterhandlesecret),
    type_of(known::msdyn_octwitterhandle),
    type_of(known::msdyn_octwitterapplication),
};

inline constexpr std::int64_t unpublished = 0;
inline constexpr std::int64_t published = 2;
inline constexpr std::int64_t inactive = 0;
inline constexpr std::int64_t active = 1;

inline constexpr Option states[] = {
    {.value = 0, .label = "Inactive", .state = 0, .default_status = 0},
    {.value = 1, .label = "Active", .state = 1, .default_status = 2},
};
inline constexpr Option statuses[] = {
    {.value = 0, .label = "Unpublished", .state = 0, .default_status = 0},
    {.value = 1, .label = "Publishing", .state = 0, .default_status = 0},
    {.value = 2, .label = "Published", .state = 1, .default_status = 0},
};
inline constexpr Option component_states[] = {
    {.value = 0, .label = "Published"},
    {.value = 1, .label = "Unpublished"},
    {.value = 2, .label = "Deleted"},
    {.value = 3, .label = "Deleted Unpublished"},
};

constexpr Column state() {
    auto out = column_row(
        {113, "statecode", "StateCode", "Status"}, Type::state, read_only, Required::system
    );
    out.options = states;
    out.has_initial = true;
    return out;
}

constexpr Column status() {
    auto out = column_row(
        {114, "statuscode", "StatusCode", "Status Reason"}, Type::status, writable, Required::system
    );
    out.options = statuses;
    out.has_initial = true;
    return out;
}

/// Of a component of solutions, of which there is none here.
inline constexpr std::array component_columns = {
    managed({80, "iscustomizable", "IsCustomizable", "Is Customizable"}),
    boolean({81, "ismanaged", "IsManaged", "State"}, read_only, Initially::no, Required::system),
    choice(
        {82, "componentstate", "ComponentState", "Component State"}, component_states, 0, read_only,
        Required::system
    ),
    uid({83, "componentidunique", "ComponentIdUnique", "Component Id Unique"}, read_only),
    uid({84, "solutionid", "SolutionId", "Solution"}, read_only),
    datetime({85, "overwritetime", "OverwriteTime", "Record Overwrite Time"}, read_only),
};

inline constexpr std::array own = {
    primary_id({1, "duplicateruleid", "DuplicateRuleId", "Duplicate Detection Rule"}),
    text({2, "name", "Name", "Rule Name"}, 160, writable, Required::system),
    text(
        {3, "baseentityname", "BaseEntityName", "Base Record Type"}, 160, create_only,
        Required::application
    ),
    text({4, "matchingentityname", "MatchingEntityName", "Matching Record Type"}, 160, create_only),
    text({5, "description", "Description", "Description"}, 2000, writable),
    boolean(
        {6, "excludeinactiverecords", "ExcludeInactiveRecords", "Exclude Inactive Records"},
        writable
    ),
    boolean({7, "iscasesensitive", "IsCaseSensitive", "Case Sensitive"}, writable),
    text({8, "uniquename", "UniqueName", "UniqueName"}, 100, writable, Required::system),
    choice(
        {9, "baseentitytypecode", "BaseEntityTypeCode", "Base Record Type"}, record_types,
        read_only, Required::system
    ),
    choice(
        {10, "matchingentitytypecode", "MatchingEntityTypeCode", "Matching Record Type"},
        record_types, read_only, Required::system
    ),
    text(
        {11,
         "baseentitymatchcodetable",
         "BaseEntityMatchCodeTable",
         "Base Record Type Match Code Table"},
        50, read_only
    ),
    text(
        {12,
         "matchingentitymatchcodetable",
         "MatchingEntityMatchCodeTable",
         "Matching Record Type Match Code Table"},
        50, read_only
    ),
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
    compose(own, component_columns, audit_columns, owner_columns_without_states, version_column);

inline constexpr std::array parents = {
    unit_relationship("BusinessUnit_DuplicateRules", "duplicaterule"),
    many_to_one("owner_duplicaterules", "duplicaterule", "ownerid", "owner", "ownerid"),
    many_to_one("team_DuplicateRules", "duplicaterule", "owningteam", "team", "teamid"),
    many_to_one(
        "SystemUser_DuplicateRules", "duplicaterule", "owninguser", "systemuser", "systemuserid"
    ),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"duplicaterule", "duplicaterulebase">);

}  // namespace duplicate_rule

namespace known {

inline constexpr Table duplicaterule{
    .id = 32,
    .name = "duplicaterule",
    .schema_name = "DuplicateRule",
    .set_name = "duplicaterules",
    .display_name = "Duplicate Detection Rule",
    .display_collection_name = "Duplicate Detection Rules",
    .primary_id = "duplicateruleid",
    .primary_name = "name",
    .ownership = Ownership::user,
    .object_type_code = 4414,
    .unit_column = "owningbusinessunit",
    .columns = duplicate_rule::columns.rows,
    .by_name = duplicate_rule::columns.by_name,
    .logged = owner_logged,
    .relationships = duplicate_rule::relationships,
};

}  // namespace known
}  // namespace rookery::schema
