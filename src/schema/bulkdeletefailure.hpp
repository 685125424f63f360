// A row that a BulkDelete could not delete, and why. The vault makes the rows.
#pragma once

#include "schema/bulkdeleteoperation.hpp"

#include <array>

namespace rookery::schema {

namespace bulk_delete {

inline constexpr std::uint32_t description_max = 512;
inline constexpr std::int64_t number_max = 1'000'000'000;

/// One navigation property for each target: the relationships name them. Null for a row of another table.
constexpr Column regarding() {
    auto out =
        lookup<"regardingobjectid">(8, "RegardingObjectId", "Regarding", to_record, read_only);
    out.nav = {};
    return out;
}

inline constexpr std::array failure_own = {
    primary_id({1, "bulkdeletefailureid", "BulkDeleteFailureId", "Bulk Delete Failure"}, read_only),
    job(2),
    lookup<"bulkdeleteoperationid">(
        3, "BulkDeleteOperationId", "Bulk Deletion Operation", to_operation, read_only
    ),
    text({4, "errordescription", "ErrorDescription", "Error"}, description_max, read_only),
    integer(
        {5, "errornumber", "ErrorNumber", "Error Number"}, read_only,
        std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()
    ),
    integer({6, "orderedqueryindex", "OrderedQueryIndex", "Index"}, read_only, 0, number_max),
    column_row(
        {7, "regardingobjecttypecode", "RegardingObjectTypeCode", ""}, Type::entityname,
        metadata_only
    ),
    regarding(),
    regarding_name(9),
};

inline constexpr auto failure_columns =
    compose(failure_own, owner_columns, audit_columns, version_column);

inline constexpr std::array failure_parents = {
    many_to_one(
        "AsyncOperation_BulkDeleteFailures", "bulkdeletefailure", "asyncoperationid",
        "asyncoperation", "asyncoperationid", Cascade::cascade
    ),
    many_to_one(
        "BulkDeleteOperation_BulkDeleteFailure", "bulkdeletefailure", "bulkdeleteoperationid",
        "bulkdeleteoperation", "bulkdeleteoperationid", Cascade::cascade
    ),
    unit_relationship("BusinessUnit_BulkDeleteFailure", "bulkdeletefailure"),
    many_to_one("owner_bulkdeletefailure", "bulkdeletefailure", "ownerid", "owner", "ownerid"),
    many_to_one("team_bulkdeletefailure", "bulkdeletefailure", "owningteam", "team", "teamid"),
    many_to_one(
        "SystemUser_BulkDeleteFailure", "bulkdeletefailure", "owninguser", "systemuser",
        "systemuserid"
    ),
};

inline constexpr auto failure_relationships =
    all_relationships(failure_parents, audit_relationships<"bulkdeletefailure">);

}  // namespace bulk_delete

namespace known {

inline constexpr Table bulkdeletefailure{
    .id = 26,
    .name = "bulkdeletefailure",
    .schema_name = "BulkDeleteFailure",
    .set_name = "bulkdeletefailures",
    .display_name = "Bulk Delete Failure",
    .display_collection_name = "Bulk Delete Failures",
    .primary_id = "bulkdeletefailureid",
    .primary_name = {},
    .ownership = Ownership::user,
    .object_type_code = 4425,
    .writable = false,
    .unit_column = "owningbusinessunit",
    .columns = bulk_delete::failure_columns.rows,
    .by_name = bulk_delete::failure_columns.by_name,
    .logged = bulk_delete::logged_owner_alone,
    .relationships = bulk_delete::failure_relationships,
};

}  // namespace known
}  // namespace rookery::schema
