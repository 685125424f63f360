#include "schema/well_formed.hpp"

#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <functional>
#include <string>
#include <vector>

namespace rookery::schema::well_formed_test {
namespace {

/// A copy of the table of tokens that a test may spoil.
struct Spoilt {
    std::vector<Column> columns{
        known::msdyn_octwitterhandlesecret.columns.begin(),
        known::msdyn_octwitterhandlesecret.columns.end()};
    Table table = known::msdyn_octwitterhandlesecret;

    Spoilt() { table.columns = columns; }

    Spoilt(const Spoilt&) = delete;
    Spoilt& operator=(const Spoilt&) = delete;

    Column& column(std::string_view name) {
        for (auto& candidate : columns) {
            if (candidate.name == name) return candidate;
        }
        throw std::out_of_range(std::string{name});
    }
};

constexpr Option without_state[] = {{.value = 1, .label = "Lost", .state = 7, .default_status = 0}};
constexpr Option unsorted[] = {{.value = 2, .label = "B"}, {.value = 1, .label = "A"}};
constexpr ColumnId token_id[] = {4};
constexpr ColumnId absent_id[] = {99};
constexpr ColumnId descending[] = {113, 106};
constexpr AlternateKey token_key[] = {{"token_key", token_id}};
constexpr AlternateKey absent_key[] = {{"absent_key", absent_id}};
constexpr ColumnId date_id[] = {101};
constexpr ColumnId row_id[] = {1};
constexpr AlternateKey date_key[] = {{"date_key", date_id}};
constexpr AlternateKey id_key[] = {{"id_key", row_id}};
constexpr AlternateKey empty_key[] = {{"empty_key", {}}};
constexpr std::string_view to_nowhere[] = {"nowhere"};

struct Case {
    const char* what;
    std::function<void(Spoilt&)> spoil;
};

}  // namespace

TEST_CASE("a spoilt table is not well formed", "[schema]") {
    {
        const Spoilt untouched;
        REQUIRE(well_formed(untouched.table));
    }
    const std::vector<Case> cases = {
        {"two columns with one name", [](Spoilt& s) { s.column("msdyn_name").name = "createdon"; }},
        {"two columns with one id", [](Spoilt& s) { s.columns[1].id = s.columns[0].id; }},
        {"an id of the row codec", [](Spoilt& s) { s.columns.back().id = first_system_column; }},
        {"no id", [](Spoilt& s) { s.columns[0].id = 0; }},
        {"a filterable token",
         [](Spoilt& s) { s.column("msdyn_useraccesstoken").flags |= can::filter; }},
        {"a token without a limit",
         [](Spoilt& s) { s.column("msdyn_useraccesstoken").length_max = 0; }},
        {"a token in a key", [](Spoilt& s) { s.table.keys = token_key; }},
        {"a key on a column that is not there", [](Spoilt& s) { s.table.keys = absent_key; }},
        {"a key that a create does not set", [](Spoilt& s) { s.table.keys = date_key; }},
        {"a key that is the row's id", [](Spoilt& s) { s.table.keys = id_key; }},
        {"a key without columns", [](Spoilt& s) { s.table.keys = empty_key; }},
        {"a status of no state", [](Spoilt& s) { s.column("statuscode").options = without_state; }},
        {"options out of order", [](Spoilt& s) { s.column("statecode").options = unsorted; }},
        {"a default that is no option", [](Spoilt& s) { s.column("statuscode").initial = 9; }},
        {"a choice without options", [](Spoilt& s) { s.column("statecode").options = {}; }},
        {"an empty range", [](Spoilt& s) { s.column("timezoneruleversionnumber").max = -1; }},
        {"an integer beyond 32 bits",
         [](Spoilt& s) { s.column("timezoneruleversionnumber").max = 1LL << 40; }},
        {"digits behind a whole number",
         [](Spoilt& s) { s.column("timezoneruleversionnumber").precision = 2; }},
        {"more digits than are kept",
         [](Spoilt& s) {
             s.column("timezoneruleversionnumber").type = Type::real;
             s.column("timezoneruleversionnumber").precision = 6;
         }},
        {"a double that is not held with its digits",
         [](Spoilt& s) {
             s.column("timezoneruleversionnumber").type = Type::real;
             s.column("timezoneruleversionnumber").max = real_max + 1;
         }},
        {"a constant that rows may differ in",
         [](Spoilt& s) { s.column("msdyn_name").constant = "x"; }},
        {"a lookup without targets", [](Spoilt& s) { s.column("createdby").targets = {}; }},
        {"text with a navigation property", [](Spoilt& s) { s.column("msdyn_name").nav = "x"; }},
        {"a refused column that is writable",
         [](Spoilt& s) { s.column("createdby").flags |= can::update; }},
        {"a redirected column without a sibling",
         [](Spoilt& s) { s.column("msdyn_name").flags |= can::redirected; }},
        {"a sibling in clear",
         [](Spoilt& s) {
             s.column("msdyn_name").flags |= can::redirected;
             s.column("msdyn_name").sibling = "msdyn_octwitteruniquehandleid";
         }},
        {"a name column as a property",
         [](Spoilt& s) { s.column("owneridname").flags |= can::odata; }},
        {"a key column that is not there", [](Spoilt& s) { s.table.primary_id = "id"; }},
        {"a name column that is a token",
         [](Spoilt& s) { s.table.primary_name = "msdyn_useraccesstoken"; }},
        {"owned by nobody", [](Spoilt& s) { s.table.ownership = Ownership::organization; }},
        {"depths against no unit", [](Spoilt& s) { s.table.unit_column = {}; }},
        {"a token on the log", [](Spoilt& s) { s.table.logged = token_id; }},
        {"a column on the log that is not there", [](Spoilt& s) { s.table.logged = absent_id; }},
        {"columns on the log out of order", [](Spoilt& s) { s.table.logged = descending; }},
        {"an owner that is not on the log", [](Spoilt& s) { s.table.logged = {}; }},
        {"an access fact whose name is not on the log",
         [](Spoilt& s) { s.table.access_fact = true; }},
        {"no set", [](Spoilt& s) { s.table.set_name = {}; }},
    };
    for (const auto& test : cases) {
        CAPTURE(test.what);
        Spoilt spoilt;
        test.spoil(spoilt);
        CHECK_FALSE(well_formed(spoilt.table));
    }
}

TEST_CASE("tables that clash or look up nothing are not well formed together", "[schema]") {
    const std::span<const Table* const> all{known::all};
    CHECK(well_formed_together(all));
    auto check_with = [&](const Table& other) {
        std::vector<const Table*> rows(all.begin(), all.end());
        rows.push_back(&other);
        return well_formed_together(rows);
    };
    Spoilt other;
    other.table.id = 500;
    other.table.name = "other";
    other.table.set_name = "others";
    other.table.object_type_code = 20000;
    CHECK(check_with(other.table));
    SECTION("one id twice") { other.table.id = 1; }
    SECTION("one name twice") { other.table.name = "team"; }
    SECTION("one set twice") { other.table.set_name = "teams"; }
    SECTION("one type code twice") { other.table.object_type_code = 8; }
    SECTION("a lookup to no table") { other.column("createdby").targets = to_nowhere; }
    CHECK_FALSE(check_with(other.table));
}

TEST_CASE("a relationship must join a lookup to the key of its target", "[schema]") {
    const std::span<const Table* const> all{known::all};
    auto row = handlesecret::parents[0];
    REQUIRE(well_formed(row, all));
    SECTION("no such table") { row.referencing = "nowhere"; }
    SECTION("no such column") { row.referencing_column = "nothing"; }
    SECTION("no lookup") { row.referencing_column = "msdyn_name"; }
    SECTION("not a target of the lookup") {
        row.referenced = "team";
        row.referenced_column = "teamid";
    }
    SECTION("not the target's key") { row.referenced_column = "msdyn_name"; }
    SECTION("another navigation property") { row.nav = "elsewhere"; }
    SECTION("none for a lookup of several tables") {
        for (const auto& known_row : relationships()) {
            if (known_row.name == "msdyn_octwitterhandlesecret_SyncErrors") row = known_row;
        }
        REQUIRE(well_formed(row, all));
        row.nav = {};
    }
    CHECK_FALSE(well_formed(row, all));
}

}  // namespace rookery::schema::well_formed_test
