// The relationships that many tables share, derived from the table's name. Used by src/schema only.
#pragma once

#include "schema/fixed_text.hpp"
#include "schema/schema.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace rookery::schema {

/// A table's own relationships and those that it shares, in one list.
template <std::size_t... sizes>
constexpr auto all_relationships(const std::array<Relationship, sizes>&... groups) {
    std::array<Relationship, (sizes + ...)> out;
    auto* to = out.data();
    ((to = std::copy(groups.begin(), groups.end(), to)), ...);
    return out;
}

/// N:1 of `referencing_column`, whose navigation property has the column's name. The collection on
/// the other side has the relationship's name.
constexpr Relationship many_to_one(
    std::string_view name, std::string_view referencing, std::string_view referencing_column,
    std::string_view referenced, std::string_view referenced_column,
    Cascade on_delete = Cascade::none
) {
    Relationship out;
    out.name = name;
    out.referencing = referencing;
    out.referencing_column = referencing_column;
    out.referenced = referenced;
    out.referenced_column = referenced_column;
    out.nav = referencing_column;
    out.collection_nav = name;
    out.on_delete = on_delete;
    return out;
}

/// Its other table is another product's: the id is kept, and nothing is followed.
constexpr Relationship to_outside(Relationship row) {
    row.built = false;
    return row;
}

/// One end of an N:N row: no navigation on either side; the pair goes when either row goes.
constexpr Relationship pair_end(
    std::string_view name, std::string_view intersect, std::string_view column,
    std::string_view referenced, std::string_view referenced_column
) {
    auto out =
        many_to_one(name, intersect, column, referenced, referenced_column, Cascade::cascade);
    out.nav = {};
    out.collection_nav = {};
    return out;
}

/// createdby and its three siblings. `by` and `behalf` are what the vendor put between `lk_` and
/// `_createdby` or `_createdonbehalfby`; they differ on system tables only.
template <FixedText table, FixedText by = table, FixedText behalf = table>
inline constexpr std::array audit_relationships = {
    many_to_one(
        joined<"lk_", by, "_createdby">, joined<table>, "createdby", "systemuser", "systemuserid"
    ),
    many_to_one(
        joined<"lk_", behalf, "_createdonbehalfby">, joined<table>, "createdonbehalfby",
        "systemuser", "systemuserid"
    ),
    many_to_one(
        joined<"lk_", by, "_modifiedby">, joined<table>, "modifiedby", "systemuser", "systemuserid"
    ),
    many_to_one(
        joined<"lk_", behalf, "_modifiedonbehalfby">, joined<table>, "modifiedonbehalfby",
        "systemuser", "systemuserid"
    ),
};

constexpr Relationship unit_relationship(std::string_view name, std::string_view table) {
    auto out = many_to_one(
        name, table, "owningbusinessunit", "businessunit", "businessunitid", Cascade::restrict
    );
    out.on_archive = Cascade::restrict;
    return out;
}

/// ownerid and its three mirrors.
template <FixedText table>
inline constexpr std::array owner_relationships = {
    unit_relationship(joined<"business_unit_", table>, joined<table>),
    many_to_one(joined<"owner_", table>, joined<table>, "ownerid", "owner", "ownerid"),
    many_to_one(joined<"team_", table>, joined<table>, "owningteam", "team", "teamid"),
    many_to_one(joined<"user_", table>, joined<table>, "owninguser", "systemuser", "systemuserid"),
};

constexpr Relationship system_child(
    std::string_view name, std::string_view child, std::string_view column, std::string_view nav,
    std::string_view table, std::string_view table_id
) {
    auto out = many_to_one(name, child, column, table, table_id, Cascade::cascade);
    out.nav = nav;
    out.customizable = true;
    return out;
}

/// The eight 1:N to system tables.
template <FixedText table>
inline constexpr std::array system_children = {
    system_child(
        joined<table, "_AsyncOperations">, "asyncoperation", "regardingobjectid",
        joined<"regardingobjectid_", table>, joined<table>, joined<table, "id">
    ),
    system_child(
        joined<table, "_BulkDeleteFailures">, "bulkdeletefailure", "regardingobjectid",
        joined<"regardingobjectid_", table>, joined<table>, joined<table, "id">
    ),
    system_child(
        joined<table, "_DuplicateBaseRecord">, "duplicaterecord", "baserecordid",
        joined<"baserecordid_", table>, joined<table>, joined<table, "id">
    ),
    system_child(
        joined<table, "_DuplicateMatchingRecord">, "duplicaterecord", "duplicaterecordid",
        joined<"duplicaterecordid_", table>, joined<table>, joined<table, "id">
    ),
    system_child(
        joined<table, "_MailboxTrackingFolders">, "mailboxtrackingfolder", "regardingobjectid",
        joined<"regardingobjectid_", table>, joined<table>, joined<table, "id">
    ),
    system_child(
        joined<table, "_PrincipalObjectAttributeAccesses">, "principalobjectattributeaccess",
        "objectid", joined<"objectid_", table>, joined<table>, joined<table, "id">
    ),
    system_child(
        joined<table, "_ProcessSession">, "processsession", "regardingobjectid",
        joined<"regardingobjectid_", table>, joined<table>, joined<table, "id">
    ),
    system_child(
        joined<table, "_SyncErrors">, "syncerror", "regardingobjectid",
        joined<"regardingobjectid_", table>, joined<table>, joined<table, "id">
    ),
};

}  // namespace rookery::schema
