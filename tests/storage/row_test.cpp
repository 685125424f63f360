#include "storage/row.hpp"

#include "storage/sample_row.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace row_test {

using namespace rookery;
using namespace rookery::storage;
using namespace rookery::storage::test;

TEST_CASE("a cell is found by column id and by name", "[storage]") {
    const auto row = sample_row();
    CHECK(*row.get<std::string>("msdyn_name") == "Contoso");
    CHECK(row.find("msdyn_name") == row.find(schema::ColumnId{2}));
    CHECK(row.ref() == RowRef{row.table->id, sample_id});
}

TEST_CASE("an absent cell, an unknown column and another type are all nothing", "[storage]") {
    const auto row = sample_row();
    CHECK(row.find("msdyn_octwitterhandleid") == nullptr);
    CHECK(row.find("no_such_column") == nullptr);
    CHECK(row.find(schema::ColumnId{9999}) == nullptr);
    CHECK(row.get<std::int64_t>("msdyn_name") == nullptr);
}

TEST_CASE("cells stay in the order of their columns, whatever the order of writing", "[storage]") {
    Row row;
    row.table = &sample_table();
    row.set("statuscode", std::int64_t{1});
    row.set("msdyn_name", std::string("b"));
    row.set("createdon", from_ms(1));
    row.set("msdyn_name", std::string("c"));
    CHECK(row.cells.size() == 3);
    CHECK(std::ranges::is_sorted(row.cells, {}, &Cell::column));
    CHECK(*row.get<std::string>("msdyn_name") == "c");
}

TEST_CASE("setting null removes the cell", "[storage]") {
    auto row = sample_row();
    const auto cells = row.cells.size();
    row.set("msdyn_name", {});
    CHECK(row.find("msdyn_name") == nullptr);
    CHECK(row.cells.size() == cells - 1);
    row.set("msdyn_name", {});
    CHECK(row.cells.size() == cells - 1);
}

TEST_CASE("setting a column that the table does not have is a bug", "[storage]") {
    auto row = sample_row();
    CHECK_THROWS_AS(row.set("no_such_column", true), std::logic_error);
}

}  // namespace row_test
