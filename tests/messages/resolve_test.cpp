#include "query/resolve.hpp"

#include "query/compiled_filter.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace resolve_test {

using namespace rookery;
using namespace rookery::messages;

namespace {

const schema::Table& records() { return *schema::table("msdyn_octwitterhandlesecret"); }

// A Wednesday.
const Instant now = *parse_iso8601("2026-03-04T15:30:00Z");

struct Judge {
    access::Facts facts;
    Uuid caller;
    Instant at = now;

    [[nodiscard]] bool admits(
        std::string_view function, std::vector<storage::Value> values, std::string_view column,
        storage::Value held
    ) const {
        const auto* found = operator_of_function(function);
        REQUIRE(found != nullptr);
        const Filter asked{Condition{records().column(column), found, std::move(values)}};
        const auto filter = resolve(asked, {facts, caller, at});
        storage::Row row;
        row.table = &records();
        if (!storage::is_null(held)) row.set(column, std::move(held));
        return CompiledFilter(filter).judge(&row).value() == Truth::yes;
    }

    [[nodiscard]] bool on(
        std::string_view function, std::string_view time, std::vector<storage::Value> values = {}
    ) const {
        return admits(function, std::move(values), "createdon", *parse_iso8601(time));
    }
};

storage::Value count(std::int64_t value) { return {value}; }

storage::Value day(std::string_view text) { return {*parse_iso8601(text)}; }

struct SpanCase {
    const char* function;
    std::int64_t count;  // 0: takes none
    const char* before;  // the last second out of it; empty: no bound
    const char* first;
    const char* last;  // empty: no bound
    const char* behind;
};

}  // namespace

TEST_CASE("each span of time begins and ends where its name says, in UTC", "[messages]") {
    const auto span = GENERATE(values<SpanCase>({
        {"Yesterday",
         0,
         "2026-03-02T23:59:59Z",
         "2026-03-03",
         "2026-03-03T23:59:59Z",
         "2026-03-04"},
        {"Today", 0, "2026-03-03T23:59:59Z", "2026-03-04", "2026-03-04T23:59:59Z", "2026-03-05"},
        {"Tomorrow", 0, "2026-03-04T23:59:59Z", "2026-03-05", "2026-03-05T23:59:59Z", "2026-03-06"},
        {"Last7Days",
         0,
         "2026-02-24T23:59:59Z",
         "2026-02-25",
         "2026-03-04T23:59:59Z",
         "2026-03-05"},
        {"Next7Days",
         0,
         "2026-03-04T15:29:59Z",
         "2026-03-04T15:30:00Z",
         "2026-03-11T23:59:59Z",
         "2026-03-12"},
        {"LastWeek", 0, "2026-02-21T23:59:59Z", "2026-02-22", "2026-02-28T23:59:59Z", "2026-03-01"},
        {"ThisWeek", 0, "2026-02-28T23:59:59Z", "2026-03-01", "2026-03-07T23:59:59Z", "2026-03-08"},
        {"NextWeek", 0, "2026-03-07T23:59:59Z", "2026-03-08", "2026-03-14T23:59:59Z", "2026-03-15"},
        {"LastMonth",
         0,
         "2026-01-31T23:59:59Z",
         "2026-02-01",
         "2026-02-28T23:59:59Z",
         "2026-03-01"},
        {"ThisMonth",
         0,
         "2026-02-28T23:59:59Z",
         "2026-03-01",
         "2026-03-31T23:59:59Z",
         "2026-04-01"},
        {"NextMonth",
         0,
         "2026-03-31T23:59:59Z",
         "2026-04-01",
         "2026-04-30T23:59:59Z",
         "2026-05-01"},
        {"LastYear", 0, "2024-12-31T23:59:59Z", "2025-01-01", "2025-12-31T23:59:59Z", "2026-01-01"},
        {"ThisYear", 0, "2025-12-31T23:59:59Z", "2026-01-01", "2026-12-31T23:59:59Z", "2027-01-01"},
        {"NextYear", 0, "2026-12-31T23:59:59Z", "2027-01-01", "2027-12-31T23:59:59Z", "2028-01-01"},
        {"LastXHours",
         2,
         "2026-03-04T13:29:59Z",
         "2026-03-04T13:30:00Z",
         "2026-03-04T15:30:00Z",
         "2026-03-04T15:30:01Z"},
        {"LastXDays",
         2,
         "2026-03-01T23:59:59Z",
         "2026-03-02",
         "2026-03-04T15:30:00Z",
         "2026-03-04T15:30:01Z"},
        {"LastXWeeks",
         2,
         "2026-02-17T23:59:59Z",
         "2026-02-18",
         "2026-03-04T15:30:00Z",
         "2026-03-04T15:30:01Z"},
        {"LastXMonths",
         2,
         "2026-01-03T23:59:59Z",
         "2026-01-04",
         "2026-03-04T15:30:00Z",
         "2026-03-04T15:30:01Z"},
        {"LastXYears",
         2,
         "2024-03-03T23:59:59Z",
         "2024-03-04",
         "2026-03-04T15:30:00Z",
         "2026-03-04T15:30:01Z"},
        {"NextXHours",
         2,
         "2026-03-04T15:29:59Z",
         "2026-03-04T15:30:00Z",
         "2026-03-04T17:29:59Z",
         "2026-03-04T17:30:00Z"},
        {"NextXDays",
         2,
         "2026-03-04T15:29:59Z",
         "2026-03-04T15:30:00Z",
         "2026-03-06T23:59:59Z",
         "2026-03-07"},
        {"NextXWeeks",
         2,
         "2026-03-04T15:29:59Z",
         "2026-03-04T15:30:00Z",
         "2026-03-18T23:59:59Z",
         "2026-03-19"},
        {"NextXMonths",
         2,
         "2026-03-04T15:29:59Z",
         "2026-03-04T15:30:00Z",
         "2026-05-04T23:59:59Z",
         "2026-05-05"},
        {"NextXYears",
         2,
         "2026-03-04T15:29:59Z",
         "2026-03-04T15:30:00Z",
         "2028-03-04T23:59:59Z",
         "2028-03-05"},
        {"OlderThanXMinutes", 2, "", "1800-01-01", "2026-03-04T15:27:59Z", "2026-03-04T15:28:00Z"},
        {"OlderThanXHours", 2, "", "1800-01-01", "2026-03-04T13:29:59Z", "2026-03-04T13:30:00Z"},
        {"OlderThanXDays", 2, "", "1800-01-01", "2026-03-01T23:59:59Z", "2026-03-02"},
        {"OlderThanXWeeks", 2, "", "1800-01-01", "2026-02-17T23:59:59Z", "2026-02-18"},
        {"OlderThanXMonths", 2, "", "1800-01-01", "2026-01-03T23:59:59Z", "2026-01-04"},
        {"OlderThanXYears", 2, "", "1800-01-01", "2024-03-03T23:59:59Z", "2024-03-04"},
    }));
    CAPTURE(span.function);
    const Judge judge;
    std::vector<storage::Value> values;
    if (span.count != 0) values.push_back(count(span.count));
    if (*span.before != '\0') CHECK_FALSE(judge.on(span.function, span.before, values));
    CHECK(judge.on(span.function, span.first, values));
    CHECK(judge.on(span.function, span.last, values));
    CHECK_FALSE(judge.on(span.function, span.behind, values));
    CHECK_FALSE(judge.admits(span.function, values, "createdon", {}));
}

TEST_CASE("On takes the whole day of a date or a time", "[messages]") {
    const Judge judge;
    for (const char* given : {"2026-01-01", "2026-01-01T13:00:00Z"}) {
        CHECK_FALSE(judge.on("On", "2025-12-31T23:59:59Z", {day(given)}));
        CHECK(judge.on("On", "2026-01-01", {day(given)}));
        CHECK(judge.on("On", "2026-01-01T23:59:59Z", {day(given)}));
        CHECK_FALSE(judge.on("On", "2026-01-02", {day(given)}));
        CHECK_FALSE(judge.on("OnOrAfter", "2025-12-31T23:59:59Z", {day(given)}));
        CHECK(judge.on("OnOrAfter", "2026-01-01", {day(given)}));
        CHECK(judge.on("OnOrBefore", "2026-01-01T23:59:59Z", {day(given)}));
        CHECK_FALSE(judge.on("OnOrBefore", "2026-01-02", {day(given)}));
    }
    CHECK(judge.on("OnOrBefore", "9999-12-31T23:59:59Z", {day("9999-12-31")}));
}

TEST_CASE("a month or year that has no such day ends with its last one", "[messages]") {
    Judge judge;
    judge.at = *parse_iso8601("2024-02-29T12:00:00Z");
    CHECK(judge.on("LastXYears", "2023-02-28", {count(1)}));
    CHECK_FALSE(judge.on("LastXYears", "2023-02-27T23:59:59Z", {count(1)}));
    judge.at = *parse_iso8601("2026-01-31T12:00:00Z");
    CHECK(judge.on("NextXMonths", "2026-02-28T23:59:59Z", {count(1)}));
    CHECK_FALSE(judge.on("NextXMonths", "2026-03-01", {count(1)}));
    CHECK(judge.on("LastMonth", "2025-12-01"));
    CHECK(judge.on("NextMonth", "2026-02-28T23:59:59Z"));
}

TEST_CASE("spans that leave the calendar hold everything or nothing", "[messages]") {
    const Judge judge;
    const auto most = count(operator_count_max);
    CHECK(judge.on("LastXYears", "1753-01-01", {most}));
    CHECK(judge.on("NextXYears", "9999-12-31T23:59:59Z", {most}));
    CHECK_FALSE(judge.on("OlderThanXYears", "1753-01-01", {most}));
    CHECK_FALSE(judge.on("OlderThanXMonths", "1753-01-01", {most}));
}

TEST_CASE("lists and bounds admit what is in them, and null never", "[messages]") {
    const Judge judge;
    const std::vector<storage::Value> names{
        {std::string("a")},
        {std::string("Stra\xC3\x9F"
                     "e")}};
    const auto named = [&](std::string_view function, storage::Value name) {
        return judge.admits(function, names, "msdyn_name", std::move(name));
    };
    CHECK(named("In", std::string("A ")));
    CHECK(named("In", std::string("STRASSE")));
    CHECK_FALSE(named("In", std::string("b")));
    CHECK_FALSE(named("In", {}));
    CHECK(named("NotIn", std::string("b")));
    CHECK_FALSE(named("NotIn", std::string("a")));
    CHECK_FALSE(named("NotIn", {}));
    CHECK(named("Between", std::string("B")));
    CHECK(named("Between", std::string("a")));
    CHECK_FALSE(named("Between", std::string("T")));
    CHECK_FALSE(named("Between", {}));
    CHECK(named("NotBetween", std::string("T")));
    CHECK_FALSE(named("NotBetween", std::string("b")));
    CHECK_FALSE(named("NotBetween", {}));
    CHECK(judge.admits("In", {count(0), count(1)}, "statecode", count(1)));
    CHECK_FALSE(judge.admits("In", {count(0)}, "statecode", count(1)));
}

TEST_CASE("operators of the caller mean him, his teams and his unit", "[messages]") {
    test::TestVault vault;
    const auto user = vault.user("a");
    const auto other = vault.user("b");
    const auto team = vault.create(
        "team",
        std::pair{"name", std::string("T")},
        std::pair{
            "businessunitid",
            test::TestVault::target("businessunit", vault.vault().root_business_unit())}
    );
    vault.associate("teammembership_association", team, user);
    const auto view = vault.vault().view();
    const Judge judge{view.facts(), user};
    const auto owned = [&](std::string_view function, std::string_view table, const Uuid& owner) {
        return judge.admits(
            function, {}, "ownerid", storage::RowRef{schema::table(table)->id, owner}
        );
    };
    CHECK(owned("EqualUserId", "systemuser", user));
    CHECK_FALSE(owned("EqualUserId", "systemuser", other));
    CHECK_FALSE(owned("NotEqualUserId", "systemuser", user));
    CHECK(owned("NotEqualUserId", "team", team));
    CHECK(owned("EqualUserTeams", "team", team));
    CHECK_FALSE(owned("EqualUserTeams", "systemuser", user));
    CHECK(owned("EqualUserOrUserTeams", "team", team));
    CHECK(owned("EqualUserOrUserTeams", "systemuser", user));
    CHECK_FALSE(owned("EqualUserOrUserTeams", "systemuser", other));
    const auto in_unit = [&](std::string_view function, const Uuid& unit) {
        return judge.admits(
            function,
            {},
            "owningbusinessunit",
            storage::RowRef{schema::table("businessunit")->id, unit}
        );
    };
    CHECK(in_unit("EqualBusinessId", vault.vault().root_business_unit()));
    CHECK_FALSE(in_unit("EqualBusinessId", other));
    CHECK_FALSE(in_unit("NotEqualBusinessId", vault.vault().root_business_unit()));
    CHECK(judge.admits("EqualUserLanguage", {}, "importsequencenumber", count(1033)));
    CHECK_FALSE(judge.admits("EqualUserLanguage", {}, "importsequencenumber", count(1031)));
    // Nobody's teams and nobody's unit: no row is theirs.
    const Judge stranger{view.facts(), Uuid::random(vault.random())};
    CHECK_FALSE(stranger.admits(
        "EqualBusinessId",
        {},
        "owningbusinessunit",
        storage::RowRef{schema::table("businessunit")->id, vault.vault().root_business_unit()}
    ));
}

TEST_CASE("above and under follow the tree of units", "[messages]") {
    test::TestVault vault;
    const auto root = vault.vault().root_business_unit();
    const auto unit = [&](const char* name, const Uuid& parent) {
        return vault.create(
            "businessunit",
            std::pair{"name", std::string(name)},
            std::pair{"parentbusinessunitid", test::TestVault::target("businessunit", parent)}
        );
    };
    const auto south = unit("South", root);
    const auto deep = unit("Deep", south);
    const auto north = unit("North", root);
    const auto view = vault.vault().view();
    const Judge judge{view.facts(), {}};
    const auto which = [&](std::string_view function, const Uuid& of) {
        std::string out;
        for (const auto& [name, id] :
             {std::pair{'r', root}, {'s', south}, {'d', deep}, {'n', north}}) {
            const storage::RowRef held{schema::table("businessunit")->id, id};
            if (judge.admits(function, {storage::Value{of}}, "owningbusinessunit", held))
                out += name;
        }
        return out;
    };
    CHECK(which("Above", deep) == "rs");
    CHECK(which("AboveOrEqual", deep) == "rsd");
    CHECK(which("Above", root).empty());
    CHECK(which("Under", south) == "d");
    CHECK(which("UnderOrEqual", south) == "sd");
    CHECK(which("Under", root) == "sdn");
    CHECK(which("NotUnder", south) == "rsn");
    const auto nobody = Uuid::random(vault.random());
    CHECK(which("Above", nobody).empty());
    CHECK(which("Under", nobody).empty());
}

}  // namespace resolve_test
