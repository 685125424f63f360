// What the vendor's table reference (OC Twitter Handle Secret) says, row by row, written apart from
// src/schema so that the two can disagree.
#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::facts {

struct ColumnFact {
    std::string_view schema_name;
    std::string_view name;
    std::string_view display_name;
    std::string_view type;      // the vendor's type name
    std::string_view required;  // the vendor's RequiredLevel
    bool writable;
    std::uint32_t length_max;  // 0: none
    std::int64_t min;
    std::int64_t max;
    std::string_view targets;  // comma-separated
    std::string_view format;   // DateTime only
    std::string_view options;  // "value label state-or-default-status", separated by ';'
};

struct ParentFact {
    std::string_view name;
    std::string_view referenced;
    std::string_view referenced_column;
    std::string_view referencing_column;
    std::string_view nav;
    std::string_view on_archive;
    std::string_view on_assign;
    std::string_view on_delete;
    std::string_view on_merge;
    std::string_view on_reparent;
    std::string_view on_rollup;
    std::string_view on_share;
    std::string_view on_unshare;
};

struct ChildFact {
    std::string_view name;
    std::string_view referencing;
    std::string_view referencing_column;
    std::string_view collection_nav;
};

// clang-format off
inline constexpr ColumnFact columns[] = {
    {"ImportSequenceNumber", "importsequencenumber", "Import Sequence Number", "Integer", "None", true, 0, -2147483648, 2147483647, "", "", ""},
    {"msdyn_name", "msdyn_name", "Name", "String", "ApplicationRequired", true, 100, 0, 0, "", "", ""},
    {"msdyn_octwitterapplicationid", "msdyn_octwitterapplicationid", "TwitterApplication", "Lookup", "None", true, 0, 0, 0, "msdyn_octwitterapplication", "", ""},
    {"msdyn_octwitterhandleid", "msdyn_octwitterhandleid", "twitterhandle", "Lookup", "None", true, 0, 0, 0, "msdyn_octwitterhandle", "", ""},
    {"msdyn_octwitterhandlesecretId", "msdyn_octwitterhandlesecretid", "OC Twitter Handle Secret", "Uniqueidentifier", "SystemRequired", true, 0, 0, 0, "", "", ""},
    {"msdyn_octwitteruniquehandleid", "msdyn_octwitteruniquehandleid", "User Twitter Handle id", "String", "None", true, 100, 0, 0, "", "", ""},
    {"msdyn_useraccesstoken", "msdyn_useraccesstoken", "User Access Token", "String", "None", true, 600, 0, 0, "", "", ""},
    {"msdyn_useraccesstokensecret", "msdyn_useraccesstokensecret", "User Access Token Secret", "String", "None", true, 600, 0, 0, "", "", ""},
    {"OverriddenCreatedOn", "overriddencreatedon", "Record Created On", "DateTime", "None", true, 0, 0, 0, "", "DateOnly", ""},
    {"OwnerId", "ownerid", "Owner", "Owner", "SystemRequired", true, 0, 0, 0, "systemuser,team", "", ""},
    {"OwnerIdType", "owneridtype", "", "EntityName", "SystemRequired", true, 0, 0, 0, "", "", ""},
    {"statecode", "statecode", "Status", "State", "SystemRequired", true, 0, 0, 0, "", "", "0 Active 1;1 Inactive 2"},
    {"statuscode", "statuscode", "Status Reason", "Status", "None", true, 0, 0, 0, "", "", "1 Active 0;2 Inactive 1"},
    {"TimeZoneRuleVersionNumber", "timezoneruleversionnumber", "Time Zone Rule Version Number", "Integer", "None", true, 0, -1, 2147483647, "", "", ""},
    {"UTCConversionTimeZoneCode", "utcconversiontimezonecode", "UTC Conversion Time Zone Code", "Integer", "None", true, 0, -1, 2147483647, "", "", ""},
    {"CreatedBy", "createdby", "Created By", "Lookup", "None", false, 0, 0, 0, "systemuser", "", ""},
    {"CreatedOn", "createdon", "Created On", "DateTime", "None", false, 0, 0, 0, "", "DateAndTime", ""},
    {"CreatedOnBehalfBy", "createdonbehalfby", "Created By (Delegate)", "Lookup", "None", false, 0, 0, 0, "systemuser", "", ""},
    {"ModifiedBy", "modifiedby", "Modified By", "Lookup", "None", false, 0, 0, 0, "systemuser", "", ""},
    {"ModifiedOn", "modifiedon", "Modified On", "DateTime", "None", false, 0, 0, 0, "", "DateAndTime", ""},
    {"ModifiedOnBehalfBy", "modifiedonbehalfby", "Modified By (Delegate)", "Lookup", "None", false, 0, 0, 0, "systemuser", "", ""},
    {"OwnerIdName", "owneridname", "", "String", "SystemRequired", false, 100, 0, 0, "", "", ""},
    {"OwnerIdYomiName", "owneridyominame", "", "String", "SystemRequired", false, 100, 0, 0, "", "", ""},
    {"OwningBusinessUnit", "owningbusinessunit", "Owning Business Unit", "Lookup", "None", false, 0, 0, 0, "businessunit", "", ""},
    {"OwningTeam", "owningteam", "Owning Team", "Lookup", "None", false, 0, 0, 0, "team", "", ""},
    {"OwningUser", "owninguser", "Owning User", "Lookup", "None", false, 0, 0, 0, "systemuser", "", ""},
    {"VersionNumber", "versionnumber", "Version Number", "BigInt", "None", false, 0, INT64_MIN, INT64_MAX, "", "", ""},
};

inline constexpr ParentFact parents[] = {
    {"business_unit_msdyn_octwitterhandlesecret", "businessunit", "businessunitid", "owningbusinessunit", "owningbusinessunit", "Restrict", "NoCascade", "Restrict", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade"},
    {"lk_msdyn_octwitterhandlesecret_createdby", "systemuser", "systemuserid", "createdby", "createdby", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade"},
    {"lk_msdyn_octwitterhandlesecret_createdonbehalfby", "systemuser", "systemuserid", "createdonbehalfby", "createdonbehalfby", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade"},
    {"lk_msdyn_octwitterhandlesecret_modifiedby", "systemuser", "systemuserid", "modifiedby", "modifiedby", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade"},
    {"lk_msdyn_octwitterhandlesecret_modifiedonbehalfby", "systemuser", "systemuserid", "modifiedonbehalfby", "modifiedonbehalfby", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade"},
    {"msdyn_msdyn_octwitterapplication_msdyn_octwitterhandlesecret_octwitterapplicationid", "msdyn_octwitterapplication", "msdyn_octwitterapplicationid", "msdyn_octwitterapplicationid", "msdyn_octwitterapplicationid", "NoCascade", "NoCascade", "Cascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade"},
    {"msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid", "msdyn_octwitterhandle", "msdyn_octwitterhandleid", "msdyn_octwitterhandleid", "msdyn_octwitterhandleid", "NoCascade", "NoCascade", "Cascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade"},
    {"owner_msdyn_octwitterhandlesecret", "owner", "ownerid", "ownerid", "ownerid", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade"},
    {"team_msdyn_octwitterhandlesecret", "team", "teamid", "owningteam", "owningteam", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade"},
    {"user_msdyn_octwitterhandlesecret", "systemuser", "systemuserid", "owninguser", "owninguser", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade", "NoCascade"},
};

inline constexpr ChildFact children[] = {
    {"msdyn_octwitterhandlesecret_AsyncOperations", "asyncoperation", "regardingobjectid", "msdyn_octwitterhandlesecret_AsyncOperations"},
    {"msdyn_octwitterhandlesecret_BulkDeleteFailures", "bulkdeletefailure", "regardingobjectid", "msdyn_octwitterhandlesecret_BulkDeleteFailures"},
    {"msdyn_octwitterhandlesecret_DuplicateBaseRecord", "duplicaterecord", "baserecordid", "msdyn_octwitterhandlesecret_DuplicateBaseRecord"},
    {"msdyn_octwitterhandlesecret_DuplicateMatchingRecord", "duplicaterecord", "duplicaterecordid", "msdyn_octwitterhandlesecret_DuplicateMatchingRecord"},
    {"msdyn_octwitterhandlesecret_MailboxTrackingFolders", "mailboxtrackingfolder", "regardingobjectid", "msdyn_octwitterhandlesecret_MailboxTrackingFolders"},
    {"msdyn_octwitterhandlesecret_PrincipalObjectAttributeAccesses", "principalobjectattributeaccess", "objectid", "msdyn_octwitterhandlesecret_PrincipalObjectAttributeAccesses"},
    {"msdyn_octwitterhandlesecret_ProcessSession", "processsession", "regardingobjectid", "msdyn_octwitterhandlesecret_ProcessSession"},
    {"msdyn_octwitterhandlesecret_SyncErrors", "syncerror", "regardingobjectid", "msdyn_octwitterhandlesecret_SyncErrors"},
};
// clang-format on

}  // namespace rookery::facts
