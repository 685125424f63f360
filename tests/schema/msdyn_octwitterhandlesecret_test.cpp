#include "schema/msdyn_octwitterhandlesecret.hpp"

#include "schema/facts/msdyn_octwitterhandlesecret.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace rookery::schema::msdyn_octwitterhandlesecret_test {
namespace {

const Table& secret() { return known::msdyn_octwitterhandlesecret; }

bool is_token(std::string_view column) {
    return column == "msdyn_useraccesstoken" || column == "msdyn_useraccesstokensecret";
}

std::string vendor_type(const Column& column) {
    switch (column.type) {
        case Type::uid:
            return "Uniqueidentifier";
        case Type::text:
        case Type::virtual_text:
        case Type::sealed:
            return "String";
        case Type::integer:
            return "Integer";
        case Type::bigint:
            return "BigInt";
        case Type::real:
            return "Double";
        case Type::boolean:
            return "Boolean";
        case Type::choice:
            return "Picklist";
        case Type::state:
            return "State";
        case Type::status:
            return "Status";
        case Type::datetime:
            return "DateTime";
        case Type::lookup:
            return "Lookup";
        case Type::owner:
            return "Owner";
        case Type::entityname:
            return "EntityName";
        default:
            break;  // not of the vendor's tables
    }
    return "none";
}

std::string vendor_required(Required required) {
    switch (required) {
        case Required::none:
            return "None";
        case Required::application:
            return "ApplicationRequired";
        case Required::system:
            return "SystemRequired";
    }
    return "";
}

std::string vendor_cascade(Cascade cascade) {
    switch (cascade) {
        case Cascade::none:
            return "NoCascade";
        case Cascade::cascade:
            return "Cascade";
        case Cascade::active:
            return "Active";
        case Cascade::user_owned:
            return "UserOwned";
        case Cascade::remove_link:
            return "RemoveLink";
        case Cascade::restrict:
            return "Restrict";
    }
    return "";
}

std::string comma_separated(std::span<const std::string_view> names) {
    std::string out;
    for (const auto name : names) {
        if (!out.empty()) out += ',';
        out += name;
    }
    return out;
}

std::string options_text(const Column& column) {
    std::string out;
    for (const auto& option : column.options) {
        if (!out.empty()) out += ';';
        const auto other = column.type == Type::state ? option.default_status : option.state;
        out += std::to_string(option.value) + " " + std::string{option.label} + " " +
               std::to_string(other);
    }
    return out;
}

const Relationship* relationship(std::string_view name) {
    for (const auto& row : relationships()) {
        if (row.name == name) return &row;
    }
    return nullptr;
}

}  // namespace

TEST_CASE("the table of tokens has exactly the columns of the vendor's reference", "[schema]") {
    CHECK(secret().columns.size() == std::size(facts::columns));
    for (const auto& fact : facts::columns) {
        CAPTURE(fact.name);
        const auto* column = secret().column(fact.name);
        REQUIRE(column != nullptr);
        CHECK(column->schema_name == fact.schema_name);
        CHECK(column->display_name == fact.display_name);
        CHECK(vendor_type(*column) == fact.type);
        CHECK(vendor_required(column->required) == fact.required);
        CHECK(column->may(can::create | can::update) == fact.writable);
        CHECK(column->may(can::read));
        CHECK(column->length_max == fact.length_max);
        CHECK(column->min == fact.min);
        CHECK(column->max == fact.max);
        CHECK(comma_separated(column->targets) == fact.targets);
        CHECK(column->date_format == fact.format);
        CHECK(options_text(*column) == fact.options);
    }
}

TEST_CASE("the two token columns are sealed and no other column is", "[schema]") {
    for (const auto& column : secret().columns) {
        CAPTURE(column.name);
        CHECK((column.type == Type::sealed) == is_token(column.name));
        if (is_token(column.name)) CHECK_FALSE(column.may(can::filter));
    }
    CHECK(secret().has_sealed());
}

TEST_CASE("the table of tokens has ten parents with the vendor's cascades", "[schema]") {
    for (const auto& fact : facts::parents) {
        CAPTURE(fact.name);
        const auto* row = relationship(fact.name);
        REQUIRE(row != nullptr);
        CHECK(row->built);
        CHECK(row->referencing == secret().name);
        CHECK(row->referencing_column == fact.referencing_column);
        CHECK(row->referenced == fact.referenced);
        CHECK(row->referenced_column == fact.referenced_column);
        CHECK(row->nav == fact.nav);
        CHECK(vendor_cascade(row->on_archive) == fact.on_archive);
        CHECK(vendor_cascade(row->on_assign) == fact.on_assign);
        CHECK(vendor_cascade(row->on_delete) == fact.on_delete);
        CHECK(vendor_cascade(row->on_merge) == fact.on_merge);
        CHECK(vendor_cascade(row->on_reparent) == fact.on_reparent);
        CHECK(vendor_cascade(row->on_rollup) == fact.on_rollup);
        CHECK(vendor_cascade(row->on_share) == fact.on_share);
        CHECK(vendor_cascade(row->on_unshare) == fact.on_unshare);
    }
}

TEST_CASE("the table of tokens has eight children, which are all served", "[schema]") {
    for (const auto& fact : facts::children) {
        CAPTURE(fact.name);
        const auto* row = relationship(fact.name);
        REQUIRE(row != nullptr);
        CHECK(row->built);
        CHECK(row->on_delete == Cascade::cascade);
        CHECK(row->referenced == secret().name);
        CHECK(row->referenced_column == secret().primary_id);
        CHECK(row->referencing == fact.referencing);
        CHECK(row->referencing_column == fact.referencing_column);
        CHECK(row->collection_nav == fact.collection_nav);
    }
}

TEST_CASE("the table of tokens has no relationship beyond the reference's eighteen", "[schema]") {
    std::size_t count = 0;
    for (const auto& row : relationships()) {
        // What is of this vault leads to a token, and nothing else knows of it.
        if (row.referencing.starts_with("rky_")) continue;
        if (row.referencing == secret().name || row.referenced == secret().name) ++count;
    }
    CHECK(count == std::size(facts::parents) + std::size(facts::children));
    CHECK(count == 18);
}

TEST_CASE("columns that prove identity or ownership refuse a value from a body", "[schema]") {
    for (const auto& column : secret().columns) {
        CAPTURE(column.name);
        const bool proves = column.name == "createdby" || column.name == "owninguser" ||
                            column.name == "owningteam" || column.name == "owningbusinessunit" ||
                            column.name == "versionnumber";
        CHECK(column.may(can::refuse) == proves);
    }
}

TEST_CASE("create-only columns do not accept an update", "[schema]") {
    for (const auto* name :
         {"msdyn_octwitterhandlesecretid", "importsequencenumber", "overriddencreatedon"}) {
        CAPTURE(name);
        CHECK(secret().column(name)->may(can::create));
        CHECK_FALSE(secret().column(name)->may(can::update));
    }
    CHECK_FALSE(secret().column("statecode")->may(can::create));
    CHECK(secret().column("statecode")->may(can::update));
}

TEST_CASE("a token's row is found by its handle through the alternate key", "[schema]") {
    const ColumnId columns[] = {secret().column("msdyn_octwitteruniquehandleid")->id};
    const auto* key = secret().key(columns);
    REQUIRE(key != nullptr);
    CHECK(key->name == "msdyn_octwitteruniquehandleid_key");
    const ColumnId other[] = {secret().column("msdyn_name")->id};
    CHECK(secret().key(other) == nullptr);
}

}  // namespace rookery::schema::msdyn_octwitterhandlesecret_test
