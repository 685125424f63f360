#include "schema/schema_page/difference.hpp"
#include "schema/schema_page/json.hpp"
#include "schema/schema_page/markdown.hpp"
#include "schema/schema_page/words.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace rookery::schema_page::schema_page_test {
namespace {

const std::string empty_page =
    "before\n" + std::string(begin_mark) + std::string(end_mark) + "after\n";

/// Of the machine-readable schema.
nlohmann::json table_named(std::string_view name) {
    const auto all = nlohmann::json::parse(json_text());
    for (const auto& table : all.at("tables")) {
        if (table.at("name") == name) return table;
    }
    FAIL("no table " << name);
    return {};
}

nlohmann::json column_named(std::string_view table, std::string_view name) {
    const auto found = table_named(table);
    for (const auto& column : found.at("columns")) {
        if (column.at("name") == name) return column;
    }
    FAIL("no column " << name);
    return {};
}

}  // namespace

TEST_CASE("the machine-readable schema has every table, column, key and privilege", "[schema]") {
    const auto all = nlohmann::json::parse(json_text());
    const auto& tables = all.at("tables");
    REQUIRE(tables.size() == every_table().size());
    std::size_t outside = 0;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const auto& table = *every_table()[i];
        CAPTURE(table.name);
        outside += table.outside ? 1U : 0U;
        CHECK(tables[i].at("id") == table.id);
        CHECK(tables[i].at("name") == table.name);
        CHECK(tables[i].at("access_fact") == table.access_fact);
        CHECK(tables[i].at("outside") == table.outside);
        CHECK(tables[i].at("pair").is_null() == !table.intersect);
        CHECK(tables[i].at("keys").size() == table.keys.size());
        const auto& columns = tables[i].at("columns");
        REQUIRE(columns.size() == table.columns.size());
        for (std::size_t j = 0; j < columns.size(); ++j) {
            CHECK(columns[j].at("id") == table.columns[j].id);
            CHECK(columns[j].at("name") == table.columns[j].name);
            CHECK(columns[j].at("targets").size() == table.columns[j].targets.size());
        }
    }
    CHECK(outside == every_table().size() - schema::tables().size());
    CHECK(all.at("privileges").size() == schema::privileges().size());
}

TEST_CASE("the schema page says where a value is that has no cell", "[schema]") {
    CHECK(column_named("systemuser", "systemuserid").at("place") == "id");
    CHECK(column_named("systemuser", "ownerid").at("place") == "id");
    CHECK(
        column_named("msdyn_octwitterhandlesecret", "owningbusinessunit").at("place") == "derived"
    );
    CHECK(column_named("msdyn_octwitterhandlesecret", "owneridname").at("place") == "virtual");
    const auto clear = column_named("msdyn_octwitterapplication", "msdyn_twitterconsumerkey");
    CHECK(clear.at("place") == "redirected");
    CHECK(clear.at("sibling") == "msdyn_securetwitterconsumerkey");
    CHECK(column_named("syncerror", "owningbusinessunit").at("place") == "cell");
}

TEST_CASE("only a column with cells has an index", "[schema]") {
    for (const auto* table : every_table()) {
        for (const auto& column : table->columns) {
            CAPTURE(table->name, column.name);
            const bool has_index = !index_of(*table, column).empty();
            if (place_of(column) != "cell") CHECK_FALSE(has_index);
            if (column.is_lookup()) CHECK(has_index == (place_of(column) == "cell"));
        }
    }
    CHECK(column_named("msdyn_octwitterhandlesecret", "ownerid").at("index") == "reference");
    CHECK(column_named("msdyn_octwitterhandlesecret", "statecode").at("index") == "ordered");
    CHECK(column_named("msdyn_octwitterhandlesecret", "msdyn_name").at("index") == "name");
    CHECK(column_named("team", "name").at("index").is_null());
    CHECK(column_named("systemuser", "modifiedon").at("index") == "ordered");
    CHECK(column_named("systemuser", "createdon").at("index").is_null());
}

TEST_CASE("the ends of a pair stand in the order in which its id takes them", "[schema]") {
    CHECK(table_named("teammembership").at("pair") == nlohmann::json{"teamid", "systemuserid"});
    CHECK(table_named("roleprivileges").at("pair") == nlohmann::json{"roleid", "privilegeid"});
    CHECK(table_named("role").at("pair").is_null());
}

TEST_CASE("tables whose rows the vault does not store are marked", "[schema]") {
    for (const auto* table : every_table()) {
        CAPTURE(table->name);
        CHECK(has_rows(*table) == (!table->outside && !table->made && !table->of_log));
    }
}

TEST_CASE("what stands outside the marks of the page stays", "[schema]") {
    const auto made = with_tables(empty_page);
    REQUIRE(made);
    CHECK(made->starts_with("before\n" + std::string(begin_mark)));
    CHECK(made->ends_with(std::string(end_mark) + "after\n"));
    CHECK(made->find("### `msdyn_octwitterhandlesecret`") != made->npos);
    CHECK(*with_tables(*made) == *made);
}

TEST_CASE("a page without its two marks in order is not written over", "[schema]") {
    const std::string begin(begin_mark);
    const std::string end(end_mark);
    for (const auto& page :
         {std::string{}, begin, end, end + begin, begin + begin + end, begin + end + end}) {
        CAPTURE(page);
        const auto made = with_tables(page);
        REQUIRE_FALSE(made);
        CHECK(made.error().code == Errc::invalid_argument);
    }
}

TEST_CASE("a page that differs is told by the first line that does", "[schema]") {
    CHECK_FALSE(first_difference("a\nb\n", "a\nb\n"));
    CHECK_FALSE(first_difference("", ""));
    CHECK(first_difference("a\nb\n", "a\nc\n") == "line 2 is\n  b\nand must be\n  c");
    CHECK(first_difference("a\n", "a\nb\n") == "line 2 is\n  (the end)\nand must be\n  b");
    CHECK(first_difference("a\nb\n", "a\n") == "line 2 is\n  b\nand must be\n  (the end)");
    CHECK(first_difference("a", "a\n") == "line 1 is\n  a (and no newline)\nand must be\n  a");
}

}  // namespace rookery::schema_page::schema_page_test
