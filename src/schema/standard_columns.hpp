// The columns that many tables share, once, with their ids from 100 to 119. A table's own columns have
// ids below 100, or from 120 on. Used by src/schema only.
#pragma once

#include "schema/column_rows.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

inline constexpr std::string_view to_systemuser[] = {"systemuser"};
inline constexpr std::string_view to_team[] = {"team"};
inline constexpr std::string_view to_businessunit[] = {"businessunit"};
inline constexpr std::string_view to_owner[] = {"systemuser", "team"};
inline constexpr std::string_view to_queue[] = {"queue"};
inline constexpr std::string_view to_transactioncurrency[] = {"transactioncurrency"};

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
    off_forms(
        bigint({119, "versionnumber", "VersionNumber", "Version Number", "Version Number"}, refused)
    ),
};

/// Who made and who changed it, and when; filled in by the server.
inline constexpr std::array audit_columns = {
    described(
        lookup<"createdby">(100, "CreatedBy", "Created By", to_systemuser, refused),
        "Unique identifier of the user who created the record."
    ),
    datetime(
        {101, "createdon", "CreatedOn", "Created On", "Date and time when the record was created."},
        read_only
    ),
    described(
        lookup<"createdonbehalfby">(
            102, "CreatedOnBehalfBy", "Created By (Delegate)", to_systemuser, read_only
        ),
        "Unique identifier of the delegate user who created the record."
    ),
    described(
        lookup<"modifiedby">(103, "ModifiedBy", "Modified By", to_systemuser, read_only),
        "Unique identifier of the user who modified the record."
    ),
    datetime(
        {104,
         "modifiedon",
         "ModifiedOn",
         "Modified On",
         "Date and time when the record was modified."},
        read_only
    ),
    described(
        lookup<"modifiedonbehalfby">(
            105, "ModifiedOnBehalfBy", "Modified By (Delegate)", to_systemuser, read_only
        ),
        "Unique identifier of the delegate user who modified the record."
    ),
};

/// Set by a migration, on create only.
inline constexpr std::array import_columns = {
    off_forms(integer(
        {115,
         "importsequencenumber",
         "ImportSequenceNumber",
         "Import Sequence Number",
         "Sequence number of the import that created this record."},
        create_only
    )),
    off_forms(datetime(
        {116,
         "overriddencreatedon",
         "OverriddenCreatedOn",
         "Record Created On",
         "Date and time that the record was migrated."},
        create_only, "DateOnly"
    )),
};

constexpr Column owner_row() {
    auto out = lookup<"ownerid">(106, "OwnerId", "Owner", to_owner, writable, Required::system);
    out.type = Type::owner;
    return described(out, "Owner Id");
}

/// The owner's unit, wherever he moves: a record follows him at once, with all others of his.
constexpr Column owning_unit_row() {
    auto out = lookup<"owningbusinessunit">(
        110, "OwningBusinessUnit", "Owning Business Unit", to_businessunit, refused
    );
    out.derived = true;
    return described(out, "Unique identifier for the business unit that owns the record");
}

constexpr Column virtual_name(Label label) {
    auto out = column_row(label, Type::virtual_text, metadata_only, Required::system);
    out.length_max = 100;
    return off_forms(out);
}

/// What the row is called that `regardingobjectid` leads to.
constexpr Column regarding_name(ColumnId id) {
    auto out = virtual_name({id, "regardingobjectidname", "RegardingObjectIdName", ""});
    out.required = Required::none;
    out.length_max = 850;
    return out;
}

constexpr Column owner_type_row(std::uint8_t flags) {
    return off_forms(column_row(
        {107, "owneridtype", "OwnerIdType", "", "Owner Id Type"},
        Type::entityname,
        flags,
        Required::system
    ));
}

constexpr Column owner_name_row() {
    return virtual_name({108, "owneridname", "OwnerIdName", "", "Name of the owner"});
}

constexpr Column owner_yomi_name_row() {
    return virtual_name({109, "owneridyominame", "OwnerIdYomiName", "", "Yomi name of the owner"});
}

constexpr Column owning_team_row() {
    return described(
        off_forms(lookup<"owningteam">(111, "OwningTeam", "Owning Team", to_team, refused)),
        "Unique identifier for the team that owns the record."
    );
}

constexpr Column owning_user_row() {
    return described(
        off_forms(lookup<"owninguser">(112, "OwningUser", "Owning User", to_systemuser, refused)),
        "Unique identifier for the user that owns the record."
    );
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

/// What user-owned tables have on top that have no states, or others than these.
inline constexpr std::array owner_columns_without_states = {
    owner_row(),
    owner_type_row(metadata_only | can::create | can::update),
    owner_name_row(),
    owner_yomi_name_row(),
    owning_unit_row(),
    owning_team_row(),
    owning_user_row(),
};

/// What user-owned tables have on top.
inline constexpr std::array owner_columns = {
    owner_row(),
    owner_type_row(metadata_only | can::create | can::update),
    owner_name_row(),
    owner_yomi_name_row(),
    owning_unit_row(),
    owning_team_row(),
    owning_user_row(),
    state_row(),
    status_row(),
    off_forms(integer(
        {117,
         "timezoneruleversionnumber",
         "TimeZoneRuleVersionNumber",
         "Time Zone Rule Version Number",
         "For internal use only."},
        writable, -1
    )),
    off_forms(integer(
        {118,
         "utcconversiontimezonecode",
         "UTCConversionTimeZoneCode",
         "UTC Conversion Time Zone Code",
         "Time zone code that was in use when the record was created."},
        writable, -1
    )),
};

/// Of those, what decides who may do what with the row, and whether its tokens are released.
inline constexpr ColumnId owner_logged[] = {106, 113};

}  // namespace rookery::schema
