// What a BulkDelete was asked to delete, and how much of it is gone. Its job (asyncoperation) says how it stands. The vault
// makes and writes the rows.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <limits>
#include <string_view>

namespace rookery::schema {

namespace bulk_delete {

inline constexpr std::string_view to_job[] = {"asyncoperation"};
inline constexpr std::string_view to_operation[] = {"bulkdeleteoperation"};
inline constexpr std::string_view to_record[] = {
    "msdyn_octwitterapplication", "msdyn_octwitterhandle", "msdyn_octwitterhandlesecret"};
inline constexpr std::int64_t rows_max = std::numeric_limits<std::int32_t>::max();

constexpr Column owner() {
    auto out = owner_row();
    out.flags = refused;
    return out;
}

constexpr Column job(ColumnId id) {
    return lookup<"asyncoperationid">(id, "AsyncOperationId", "System Job", to_job, read_only);
}

/// Whose request it was.
inline constexpr std::array owner_columns = {
    owner(),
    owner_type_row(metadata_only),
    owner_name_row(),
    owner_yomi_name_row(),
    owning_unit_row(),
    owning_team_row(),
    owning_user_row(),
};

inline constexpr std::array operation_own = {
    primary_id(
        {1, "bulkdeleteoperationid", "BulkDeleteOperationId", "Bulk Deletion Operation"}, read_only
    ),
    text({2, "name", "Name", "Name"}, 256, read_only),
    job(3),
    integer({4, "successcount", "SuccessCount", "Success Count"}, read_only, 0, rows_max),
    integer({5, "failurecount", "FailureCount", "Failure Count"}, read_only, 0, rows_max),
    boolean({6, "isrecurring", "IsRecurring", "Is Recurring"}, read_only),
    // The queries as FetchXML, one after the other.
    text({7, "orderedquerysetxml", "OrderedQuerySetXml", "Query"}, 1U << 20, read_only),
};

inline constexpr auto operation_columns =
    compose(operation_own, owner_columns, audit_columns, version_column);

inline constexpr std::array operation_parents = {
    many_to_one(
        "AsyncOperation_BulkDeleteOperation", "bulkdeleteoperation", "asyncoperationid",
        "asyncoperation", "asyncoperationid", Cascade::cascade
    ),
    unit_relationship("BusinessUnit_BulkDeleteOperation", "bulkdeleteoperation"),
    many_to_one("owner_bulkdeleteoperation", "bulkdeleteoperation", "ownerid", "owner", "ownerid"),
    many_to_one("team_bulkdeleteoperation", "bulkdeleteoperation", "owningteam", "team", "teamid"),
    many_to_one(
        "SystemUser_BulkDeleteOperation", "bulkdeleteoperation", "owninguser", "systemuser",
        "systemuserid"
    ),
};

/// Of these tables, what decides who may read a row.
inline constexpr ColumnId logged_owner_alone[] = {106};

inline constexpr auto operation_relationships =
    all_relationships(operation_parents, audit_relationships<"bulkdeleteoperation">);

}  // namespace bulk_delete

namespace known {

inline constexpr Table bulkdeleteoperation{
    .id = 25,
    .name = "bulkdeleteoperation",
    .schema_name = "BulkDeleteOperation",
    .set_name = "bulkdeleteoperations",
    .display_name = "Bulk Delete Operation",
    .display_collection_name = "Bulk Delete Operations",
    .primary_id = "bulkdeleteoperationid",
    .primary_name = "name",
    .ownership = Ownership::user,
    .object_type_code = 4424,
    .writable = false,
    .unit_column = "owningbusinessunit",
    .columns = bulk_delete::operation_columns.rows,
    .by_name = bulk_delete::operation_columns.by_name,
    .logged = bulk_delete::logged_owner_alone,
    .relationships = bulk_delete::operation_relationships,
};

}  // namespace known
}  // namespace rookery::schema
