// Two rows of which a detection job (BulkDetectDuplicates) found that they are duplicates by a rule. Columns are those of the
// vendor's table reference (Duplicate Record). The vault makes the rows, for whoever asked for the job.
#pragma once

#include "schema/duplicaterule.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace duplicate_record {

inline constexpr std::string_view to_job[] = {"asyncoperation"};
inline constexpr std::string_view to_rule[] = {"duplicaterule"};

/// One navigation property for each target: the relationships name them.
template <FixedText name>
constexpr Column record(ColumnId id, std::string_view schema_name, std::string_view display_name) {
    auto out = lookup<name>(id, schema_name, display_name, duplicate_rule::to_record, read_only);
    out.nav = {};
    return out;
}

constexpr Column type_code(Label label) {
    return column_row(label, Type::entityname, metadata_only);
}

constexpr Column owner() {
    auto out = owner_row();
    out.flags = refused;
    return out;
}

/// On the wire a Guid without navigation.
constexpr Column plain(Column column) {
    column.value_name = column.name;
    column.nav = {};
    return column;
}

inline constexpr std::array own = {
    primary_id({1, "duplicateid", "DuplicateId", "Duplicate"}, read_only),
    lookup<"asyncoperationid">(2, "AsyncOperationId", "System Job", to_job, read_only),
    record<"baserecordid">(3, "BaseRecordId", "Base Record ID"),
    type_code({4, "baserecordidtypecode", "BaseRecordIdTypeCode", ""}),
    record<"duplicaterecordid">(5, "DuplicateRecordId", "Duplicate Record ID"),
    type_code({6, "duplicaterecordidtypecode", "DuplicateRecordIdTypeCode", ""}),
    lookup<"duplicateruleid">(7, "DuplicateRuleId", "Duplicate Rule", to_rule, read_only),
    datetime({101, "createdon", "CreatedOn", "Created On"}, read_only),
    owner(),
    owner_type_row(metadata_only),
    owner_name_row(),
    owner_yomi_name_row(),
    plain(owning_unit_row()),
    plain(owning_user_row()),
};

inline constexpr auto columns = compose(own, version_column);

/// Leads there without a name on either side.
constexpr Relationship without_names(Relationship row) {
    row.nav = {};
    row.collection_nav = {};
    return row;
}

inline constexpr std::array relationships = {
    many_to_one(
        "AsyncOperation_DuplicateBaseRecord", "duplicaterecord", "asyncoperationid",
        "asyncoperation", "asyncoperationid", Cascade::cascade
    ),
    many_to_one(
        "DuplicateRule_DuplicateBaseRecord", "duplicaterecord", "duplicateruleid", "duplicaterule",
        "duplicateruleid"
    ),
    many_to_one("owner_duplicaterecord", "duplicaterecord", "ownerid", "owner", "ownerid"),
    without_names(unit_relationship("business_unit_duplicaterecord", "duplicaterecord")),
    without_names(many_to_one(
        "user_duplicaterecord", "duplicaterecord", "owninguser", "systemuser", "systemuserid"
    )),
};

/// What decides who may read a row.
inline constexpr ColumnId logged[] = {106};

}  // namespace duplicate_record

namespace known {

inline constexpr Table duplicaterecord{
    .id = 34,
    .name = "duplicaterecord",
    .schema_name = "DuplicateRecord",
    .set_name = "duplicaterecords",
    .display_name = "Duplicate Record",
    .display_collection_name = "Duplicate Records",
    .primary_id = "duplicateid",
    .primary_name = {},
    .ownership = Ownership::user,
    .object_type_code = 4415,
    .writable = false,
    .unit_column = "owningbusinessunit",
    .columns = duplicate_record::columns.rows,
    .by_name = duplicate_record::columns.by_name,
    .logged = duplicate_record::logged,
    .relationships = duplicate_record::relationships,
};

}  // namespace known
}  // namespace rookery::schema
