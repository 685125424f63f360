// What two rows must have in common to be duplicates: each operator, case, blanks, and which columns are never compared.
#include "pipeline/match_code.hpp"

#include "messages/sender.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace match_code_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::value;
using schema::known::msdyn_octwitterapplication;
using schema::known::msdyn_octwitterhandle;
using schema::known::msdyn_octwitterhandlesecret;
using storage::Row;
using storage::Value;

namespace {

Row row_of(const schema::Table& table) {
    Row out;
    out.table = &table;
    return out;
}

Row handle(std::string_view column, Value held) {
    auto out = row_of(msdyn_octwitterhandle);
    out.set(column, std::move(held));
    return out;
}

/// A row of duplicaterulecondition.
Row condition(std::string_view base, std::int64_t op) {
    auto out = row_of(schema::known::duplicaterulecondition);
    out.set("baseattributename", std::string(base));
    out.set("operatorcode", op);
    return out;
}

MatchRule handles() {
    MatchRule out;
    out.base = &msdyn_octwitterhandle;
    out.matching = &msdyn_octwitterhandle;
    return out;
}

MatchRule with(MatchRule rule, const std::vector<Row>& conditions) {
    for (const auto& one : conditions) {
        rule.conditions.push_back(value(match_condition_of(rule, one)));
    }
    return rule;
}

bool same(const MatchRule& rule, const Row& base, const Row& matching) {
    const auto one = match_code(rule, MatchSide::base, base);
    const auto other = match_code(rule, MatchSide::matching, matching);
    return one && other && *one == *other;
}

bool same_names(const MatchRule& rule, const std::string& one, const std::string& other) {
    return same(rule, handle("msdyn_name", one), handle("msdyn_name", other));
}

MatchRule by_name(std::int64_t op, std::int64_t characters = 0, bool case_sensitive = false) {
    auto row = condition("msdyn_name", op);
    if (characters > 0) row.set("operatorparam", characters);
    auto rule = with(handles(), {row});
    rule.case_sensitive = case_sensitive;
    return rule;
}

}  // namespace

TEST_CASE("texts are the same as a filter has them, or to the letter", "[messages]") {
    const auto rule = by_name(0);
    CHECK(same_names(rule, "Handle", "hANDLE  "));
    CHECK(same_names(rule, "Stra\u00dfe", "STRASSE"));
    CHECK_FALSE(same_names(rule, "handle", "handles"));
    const auto strict = by_name(0, 0, true);
    CHECK(same_names(strict, "Handle", "Handle  "));
    CHECK_FALSE(same_names(strict, "Handle", "handle"));
}

TEST_CASE("the first and the last characters are as many as the condition says", "[messages]") {
    const auto first = by_name(1, 3);
    CHECK(same_names(first, "abcdef", "ABCxyz"));
    CHECK_FALSE(same_names(first, "abcdef", "abxdef"));
    CHECK_FALSE(same_names(first, "ab", "abc"));  // shorter ones are as long as they are
    CHECK(same_names(first, "ab", "AB"));
    CHECK(same_names(first, "\u00e4\u00f6\u00fcx", "\u00c4\u00d6\u00dcy")
    );  // characters, not bytes
    const auto last = by_name(2, 3);
    CHECK(same_names(last, "defabc", "xyzABC"));
    CHECK_FALSE(same_names(last, "abc", "bc"));
    CHECK(same_names(last, "x\u00e4\u00f6\u00fc", "y\u00e4\u00f6\u00fc"));
}

TEST_CASE(
    "a blank is like nothing in a rule of one condition, and else as it is told", "[messages]"
) {
    const auto one = by_name(0);
    const auto none = row_of(msdyn_octwitterhandle);
    CHECK_FALSE(same(one, none, none));
    CHECK_FALSE(same_names(one, "  ", "  "));
    auto second = condition("msdyn_octwitterscreenname", 0);
    const auto both = with(handles(), {condition("msdyn_name", 0), second});
    CHECK(same_names(both, "a", "a"));  // the other column is blank in both
    auto named = handle("msdyn_name", std::string("a"));
    named.set("msdyn_octwitterscreenname", std::string("b"));
    CHECK_FALSE(same(both, named, handle("msdyn_name", std::string("a"))));
    second.set("ignoreblankvalues", true);
    const auto ignoring = with(handles(), {condition("msdyn_name", 0), second});
    CHECK_FALSE(same_names(ignoring, "a", "a"));
    CHECK(same(ignoring, named, named));
}

TEST_CASE("days are those of UTC, and times are to the second", "[messages]") {
    using namespace std::chrono_literals;
    const Instant noon = std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + 12h;
    const auto on = [](Instant time) { return handle("overriddencreatedon", time); };
    const auto day = with(handles(), {condition("overriddencreatedon", 3)});
    CHECK(same(day, on(noon), on(noon + 11h)));
    CHECK_FALSE(same(day, on(noon), on(noon + 12h)));
    const auto time = with(handles(), {condition("overriddencreatedon", 4)});
    CHECK(same(time, on(noon), on(noon)));
    CHECK_FALSE(same(time, on(noon), on(noon + 1s)));
}

TEST_CASE("choices are compared by their values or by their labels", "[messages]") {
    MatchRule rule;
    rule.base = &msdyn_octwitterhandle;
    rule.matching = &msdyn_octwitterhandlesecret;
    const auto of = [](const schema::Table& table, std::string_view column, std::int64_t number) {
        auto out = row_of(table);
        out.set(column, number);
        return out;
    };
    const auto active = of(msdyn_octwitterhandle, "statecode", 0);
    auto to_status = condition("statecode", 5);
    to_status.set("matchingattributename", std::string("statuscode"));
    const auto by_label = with(rule, {to_status});
    CHECK(same(by_label, active, of(msdyn_octwitterhandlesecret, "statuscode", 1)));
    CHECK_FALSE(same(by_label, active, of(msdyn_octwitterhandlesecret, "statuscode", 2)));
    to_status.set("operatorcode", std::int64_t{6});
    const auto by_value = with(rule, {to_status});
    CHECK_FALSE(same(by_value, active, of(msdyn_octwitterhandlesecret, "statuscode", 1)));
    const auto inactive = of(msdyn_octwitterhandle, "statecode", 1);
    CHECK(same(by_value, inactive, of(msdyn_octwitterhandlesecret, "statuscode", 1)));
}

TEST_CASE("lookups are the same that lead to the same row", "[messages]") {
    SystemRandom random;
    const auto to = [](const Uuid& id) {
        return handle(
            "msdyn_octwitterapplicationid", storage::RowRef{msdyn_octwitterapplication.id, id}
        );
    };
    const auto one = Uuid::random(random);
    const auto rule = with(handles(), {condition("msdyn_octwitterapplicationid", 0)});
    CHECK(same(rule, to(one), to(one)));
    CHECK_FALSE(same(rule, to(one), to(Uuid::random(random))));
}

TEST_CASE("values that stand side by side do not pass for others", "[messages]") {
    const auto rule =
        with(handles(), {condition("msdyn_name", 0), condition("msdyn_octwitterscreenname", 0)});
    const auto of = [](const std::string& name, const std::string& screen) {
        auto out = handle("msdyn_name", name);
        out.set("msdyn_octwitterscreenname", screen);
        return out;
    };
    CHECK_FALSE(same(rule, of("a;1:b", "c"), of("a", "b;1:c")));
    CHECK_FALSE(same(rule, of("ab", "c"), of("a", "bc")));
    CHECK_FALSE(same(rule, of("-", "x"), of("", "x")));
}

TEST_CASE("no token is ever compared, nor what is no column in clear", "[messages]") {
    const auto refusal = [](const schema::Table& table, std::string_view column) {
        MatchRule rule;
        rule.base = &table;
        rule.matching = &table;
        return code(match_condition_of(rule, condition(column, 0)));
    };
    for (const auto* table :
         {&msdyn_octwitterapplication, &msdyn_octwitterhandle, &msdyn_octwitterhandlesecret}) {
        for (const auto& column : table->columns) {
            CAPTURE(table->name, column.name);
            const bool open = column.may(schema::can::filter) && column.may(schema::can::odata) &&
                              !column.may(schema::can::row_id | schema::can::redirected) &&
                              column.name != "versionnumber";
            const auto found = refusal(*table, column.name);
            CHECK((found != Errc::not_comparable) == open);
            if (column.type == schema::Type::sealed) CHECK(found == Errc::not_comparable);
        }
        CHECK(refusal(*table, "nothing") == Errc::invalid_argument);
    }
    MatchRule rule;
    rule.base = &msdyn_octwitterhandlesecret;
    rule.matching = &msdyn_octwitterhandlesecret;
    auto other = condition("msdyn_name", 0);
    other.set("matchingattributename", std::string("msdyn_useraccesstoken"));
    CHECK(code(match_condition_of(rule, other)) == Errc::not_comparable);
}

TEST_CASE(
    "an operator compares what it is for, and a number belongs to those that count", "[messages]"
) {
    struct Try {
        std::string column;
        std::int64_t op;
        std::int64_t characters;  // 0: none
        Errc expected;            // count_: none
    };

    const Try tries[] = {
        {"msdyn_name", 0, 0, Errc::count_},
        {"msdyn_name", 0, 3, Errc::invalid_argument},
        {"msdyn_name", 1, 3, Errc::count_},
        {"msdyn_name", 1, 0, Errc::invalid_argument},
        {"msdyn_name", 2, 0, Errc::invalid_argument},
        {"msdyn_name", 3, 0, Errc::not_comparable},
        {"msdyn_name", 5, 0, Errc::not_comparable},
        {"createdon", 0, 0, Errc::count_},
        {"createdon", 1, 3, Errc::not_comparable},
        {"createdon", 3, 0, Errc::count_},
        {"createdon", 4, 0, Errc::count_},
        {"statecode", 0, 0, Errc::count_},
        {"statecode", 2, 3, Errc::not_comparable},
        {"statecode", 5, 0, Errc::count_},
        {"statecode", 6, 0, Errc::count_},
        {"ownerid", 0, 0, Errc::count_},
        {"ownerid", 6, 0, Errc::not_comparable},
    };
    for (const auto& one : tries) {
        CAPTURE(one.column, one.op, one.characters);
        auto row = condition(one.column, one.op);
        if (one.characters > 0) row.set("operatorparam", one.characters);
        const auto made = match_condition_of(handles(), row);
        CHECK((made ? Errc::count_ : made.error().code) == one.expected);
    }
    auto mixed = condition("msdyn_name", 0);
    mixed.set("matchingattributename", std::string("createdon"));
    CHECK(code(match_condition_of(handles(), mixed)) == Errc::not_comparable);
    auto without = condition("msdyn_name", 0);
    without.set("operatorcode", Value{});
    CHECK(code(match_condition_of(handles(), without)) == Errc::invalid_argument);
}

}  // namespace match_code_test
