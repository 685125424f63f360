// The columns that many tables share, once, with their ids from 100 on. A table's own columns have
// ids below 100. Used by src/schema only.
#pragma once

#include "schema/column_rows.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

inline constexpr std::string_view to_systemuser[] = {"systemuser"};
inline constexpr std::string_view to_team[] = {"team"};
inline constexpr std::string_view to_businessunit[] = {"businessunit"};
inline constexpr std::string_view to_owner[] = {"systemuser", "team"};

inline constexpr Option active_states[] = {
    {.value = 0, .label = "Active", .state = 0, .default_status = 1},
    {.value = 1, .label = "Inactive", .state = 1, .default_status = 2},
};
inline constexpr Option active_statuses[] = {
    {.value = 1, .label = "Active", .state = 0, .default_status = 0},
    {.value = 2, .label = "Inactive", .state = 1, .default_status = 0},
};

// A different value for one of these in a body would forge who did it or who owns it.
inline constexpr std::uint8_t refused = read_only | can::refuse;

inline constexpr std::array version_column = {
    bigint({119, "versionnumber", "VersionNumber", "Version Number"}, refused),
};

/// Who made and who changed it, and when; filled in by the server.
inline constexpr std::array audit_columns = {
    lookup<"createdby">(100, "CreatedBy", "Created By", to_systemuser, refused),
    datetime({101, "createdon", "CreatedOn", "Created On"}, read_only),
    lookup<"createdonbehalfby">(
        102, "CreatedOnBehalfBy", "Created By (Delegate)", to_systemuser, read_only
    ),
    lookup<"modifiedby">(103, "ModifiedBy", "Modified By", to_systemuser, read_only),
    datetime({104, "modifiedon", "ModifiedOn", "Modified On"}, read_only),
    lookup<"modifiedonbehalfby">(
        105, "ModifiedOnBehalfBy", "Modified By (Delegate)", to_systemuser, read_only
    ),
};

/// Set by a migration, on create only.
inline constexpr std::array import_columns = {
    integer(
        {115, "importsequencenumber", "ImportSequenceNumber", "Import Sequence Number"}, create_only
    ),
    datetime(
        {116, "overriddencreatedon", "OverriddenCreatedOn", "Record Created On"}, create_only,
        "DateOnly"
    ),
};

constexpr Column owner_row() {
    auto out = lookup<"ownerid">(106, "OwnerId", "Owner", to_owner, writable, Required::system);
    out.type = Type::owner;
    return out;
}

/// The owner's unit, wherever he moves: a record follows him at once, with all others of his.
constexpr Column owning_unit_row() {
    auto out = lookup<"owningbusinessunit">(
        110, "OwningBusinessUnit", "Owning Business Unit", to_businessunit, refused
    );
    out.derived = true;
    return out;
}

constexpr Column virtual_name(Label label) {
    auto out = column_row(label, Type::virtual_text, metadata_only, Required::system);
    out.length_max = 100;
    return out;
}

constexpr Column state_row() {
    auto out = column_row(
        {113, "statecode", "statecode", "Status"},
        Type::state,
        read_only | can::update,
        Required::system
    );
    out.options = active_states;
    out.has_initial = true;
    return out;
}

constexpr Column status_row() {
    auto out =
        column_row({114, "statuscode", "statuscode", "Status Reason"}, Type::status, writable);
    out.options = active_statuses;
    out.initial = 1;
    out.has_initial = true;
    return out;
}

/// What user-owned tables have on top.
inline constexpr std::array owner_columns = {
    owner_row(),
    column_row(
        {107, "owneridtype", "OwnerIdType", ""}, Type::entityname,
        metadata_only | can::create | can::update, Required::system
    ),
    virtual_name({108, "owneridname", "OwnerIdName", ""}),
    virtual_name({109, "owneridyominame", "OwnerIdYomiName", ""}),
    owning_unit_row(),
    lookup<"owningteam">(111, "OwningTeam", "Owning Team", to_team, refused),
    lookup<"owninguser">(112, "OwningUser", "Owning User", to_systemuser, refused),
    state_row(),
    status_row(),
    integer(
        {117,
         "timezoneruleversionnumber",
         "TimeZoneRuleVersionNumber",
         "Time Zone Rule Version Number"},
        writable, -1
    ),
    integer(
        {118,
         "utcconversiontimezonecode",
         "UTCConversionTimeZoneCode",
         "UTC Conversion Time Zone Code"},
        writable, -1
    ),
};

/// Of those, what decides who may do what with the row, and whether its tokens are released.
inline constexpr ColumnId owner_logged[] = {106, 113};

}  // namespace rookery::schema
