// What a record's sealed columns held before: a row for each write that replaced them. The vault makes these rows, and
// no request reads a value from one by itself: the two sealed columns are no properties, so that neither a query nor a
// column-security profile can name them. Who may read one is decided on the record (rky_RetrieveTokenVersion).
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace token_version {

inline constexpr std::string_view to_record[] = {
    "msdyn_octwitterapplication", "msdyn_octwitterhandlesecret"};

/// One navigation property for each target: the relationships name them.
constexpr Column record() {
    auto out =
        lookup<"rky_record">(3, "rky_Record", "Record", to_record, read_only, Required::system);
    out.nav = {};
    return out;
}

constexpr Column hidden(Column column) {
    column.flags = metadata_only;
    return column;
}

inline constexpr std::array own = {
    primary_id({1, "rky_tokenversionid", "rky_TokenVersionId", "Token Version"}, read_only),
    text({2, "rky_name", "rky_Name", "Name"}, 100, read_only, Required::application),
    record(),
    // The row version of the write that set the values; 0: there were none before.
    bigint({4, "rky_number", "rky_Number", "Number"}, read_only),
    // Of the version that came after it.
    bigint({5, "rky_replacedby", "rky_ReplacedBy", "Replaced By"}, read_only),
    // Null: before there was a history.
    datetime({6, "rky_seton", "rky_SetOn", "Set On"}, read_only),
    uid({7, "rky_setby", "rky_SetBy", "Set By"}, read_only),
    datetime({8, "rky_retiredon", "rky_RetiredOn", "Retired On"}, read_only),
    uid({9, "rky_retiredby", "rky_RetiredBy", "Retired By"}, read_only),
    // The request that replaced it, as its entries on the log name it.
    uid({10, "rky_request", "rky_Request", "Request"}, read_only),
    hidden(sealed({11, "rky_first", "rky_First", "First Value"}, 600)),
    hidden(sealed({12, "rky_second", "rky_Second", "Second Value"}, 600)),
};

inline constexpr auto columns = compose(own, version_column);

constexpr Relationship of(
    std::string_view name, std::string_view nav, std::string_view table, std::string_view table_id
) {
    auto out =
        many_to_one(name, "rky_tokenversion", "rky_record", table, table_id, Cascade::cascade);
    out.nav = nav;
    return out;
}

inline constexpr std::array relationships = {
    of("msdyn_octwitterapplication_rky_tokenversions", "rky_record_msdyn_octwitterapplication",
       "msdyn_octwitterapplication", "msdyn_octwitterapplicationid"),
    of("msdyn_octwitterhandlesecret_rky_tokenversions", "rky_record_msdyn_octwitterhandlesecret",
       "msdyn_octwitterhandlesecret", "msdyn_octwitterhandlesecretid"),
};

}  // namespace token_version

namespace known {

inline constexpr Table rky_tokenversion{
    .id = 21,
    .name = "rky_tokenversion",
    .schema_name = "rky_tokenversion",
    .set_name = "rky_tokenversions",
    .display_name = "Token Version",
    .display_collection_name = "Token Versions",
    .primary_id = "rky_tokenversionid",
    .primary_name = "rky_name",
    .ownership = Ownership::organization,
    .object_type_code = 10905,
    .writable = false,
    .bin = Bin::with_record,
    .columns = token_version::columns.rows,
    .by_name = token_version::columns.by_name,
    .relationships = token_version::relationships,
};

}  // namespace known
}  // namespace rookery::schema
