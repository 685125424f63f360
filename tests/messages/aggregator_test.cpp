// What groups of rows come to: nulls, texts, dates, order, and the bounds of number and memory.
#include "query/aggregator.hpp"

#include "messages/sender.hpp"
#include "query/date_part.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aggregator_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::value;
using storage::Row;
using storage::Value;

namespace {

const schema::Table& table() { return schema::known::msdyn_octwitterhandlesecret; }

const schema::Column* column(std::string_view name) { return table().column(name); }

Row row(std::vector<std::pair<std::string_view, Value>> cells) {
    Row out;
    out.table = &table();
    for (auto& [name, held] : cells) out.set(name, std::move(held));
    return out;
}

Row numbered(std::int64_t number) { return row({{"importsequencenumber", Value{number}}}); }

Row named(const std::string& name) { return row({{"msdyn_name", Value{name}}}); }

Aggregation of(AggregateFunction function, std::string_view name) {
    Aggregation out;
    out.aggregates.push_back({function, column(name), "a"});
    return out;
}

Aggregation counted_by(std::string_view name, DatePart part = DatePart::none) {
    Aggregation out;
    out.keys.push_back({column(name), part, "k"});
    out.aggregates.push_back({AggregateFunction::count, nullptr, "n"});
    return out;
}

Result<std::vector<Group>> groups(const Aggregation& asked, const std::vector<Row>& rows) {
    Aggregator aggregator(asked);
    for (const auto& one : rows) static_cast<void>(aggregator.add(one));
    return aggregator.groups();
}

/// Of the one group.
Value result(AggregateFunction function, std::string_view name, const std::vector<Row>& rows) {
    const auto out = value(groups(of(function, name), rows));
    REQUIRE(out.size() == 1);
    return out.front().front();
}

Instant day(std::string_view text) { return *parse_iso8601(text); }

}  // namespace

TEST_CASE(
    "numbers have a sum, an average cut to a whole number, a least and a most", "[aggregate]"
) {
    const std::vector<Row> rows = {numbered(5), numbered(-2), numbered(7), named("no number")};
    CHECK(result(AggregateFunction::sum, "importsequencenumber", rows) == Value{std::int64_t{10}});
    CHECK(
        result(AggregateFunction::average, "importsequencenumber", rows) == Value{std::int64_t{3}}
    );
    CHECK(result(AggregateFunction::min, "importsequencenumber", rows) == Value{std::int64_t{-2}});
    CHECK(result(AggregateFunction::max, "importsequencenumber", rows) == Value{std::int64_t{7}});
}

TEST_CASE("an average is cut towards zero", "[aggregate]") {
    const std::vector<Row> rows = {numbered(-1), numbered(-2)};
    CHECK(
        result(AggregateFunction::average, "importsequencenumber", rows) == Value{std::int64_t{-1}}
    );
}

TEST_CASE("nulls count as rows and as nothing else", "[aggregate]") {
    const std::vector<Row> rows = {numbered(1), named("x"), numbered(1)};
    Aggregation all;
    all.aggregates.push_back({AggregateFunction::count, nullptr, "n"});
    CHECK(value(groups(all, rows)).front().front() == Value{std::int64_t{3}});
    CHECK(
        result(AggregateFunction::count_column, "importsequencenumber", rows) ==
        Value{std::int64_t{2}}
    );
    CHECK(
        result(AggregateFunction::count_distinct, "importsequencenumber", rows) ==
        Value{std::int64_t{1}}
    );
}

TEST_CASE("of no rows counts are 0 and everything else is null", "[aggregate]") {
    using enum AggregateFunction;
    for (const auto function : {count, count_column, count_distinct}) {
        CHECK(result(function, "importsequencenumber", {}) == Value{std::int64_t{0}});
    }
    for (const auto function : {sum, average, min, max}) {
        CHECK(storage::is_null(result(function, "importsequencenumber", {})));
    }
    CHECK(value(groups(counted_by("msdyn_name"), {})).empty());
}

TEST_CASE(
    "texts are unlike by their collation key, and a group has the first of its spellings",
    "[aggregate]"
) {
    const std::vector<Row> rows = {named("rook"), named("Rook"), named("ROOK "), named("crow")};
    CHECK(result(AggregateFunction::count_distinct, "msdyn_name", rows) == Value{std::int64_t{2}});
    const std::vector<Group> wanted = {
        {Value{std::string("crow")}, Value{std::int64_t{1}}},
        {Value{std::string("ROOK ")}, Value{std::int64_t{3}}}};
    CHECK(value(groups(counted_by("msdyn_name"), rows)) == wanted);
    CHECK(value(groups(counted_by("msdyn_name"), {rows[2], rows[3], rows[1], rows[0]})) == wanted);
}

TEST_CASE("rows without a value are a group of their own, the first", "[aggregate]") {
    const auto out =
        value(groups(counted_by("msdyn_name"), {named("a"), numbered(1), numbered(2)}));
    REQUIRE(out.size() == 2);
    CHECK(storage::is_null(out[0][0]));
    CHECK(out[0][1] == Value{std::int64_t{2}});
}

TEST_CASE("groups are ordered by what is asked, and then by their keys", "[aggregate]") {
    auto asked = counted_by("msdyn_name");
    asked.order.push_back({1, true});
    const auto out =
        value(groups(asked, {named("b"), named("c"), named("a"), named("c"), named("b")}));
    std::vector<std::string> names;
    for (const auto& group : out) names.push_back(std::get<std::string>(group[0]));
    CHECK(names == std::vector<std::string>{"b", "c", "a"});
}

TEST_CASE("times have a first and a last, and are grouped by their parts", "[aggregate]") {
    const auto made = [](std::string_view text) {
        return row({{"overriddencreatedon", Value{day(text)}}});
    };
    const std::vector<Row> rows = {
        made("2023-03-25T23:59:59Z"), made("2023-08-25T00:00:00Z"), made("2024-03-01T00:00:00Z")};
    CHECK(
        result(AggregateFunction::min, "overriddencreatedon", rows) ==
        Value{day("2023-03-25T23:59:59Z")}
    );
    CHECK(
        result(AggregateFunction::max, "overriddencreatedon", rows) ==
        Value{day("2024-03-01T00:00:00Z")}
    );
    const auto out = value(groups(counted_by("overriddencreatedon", DatePart::month), rows));
    REQUIRE(out.size() == 2);
    CHECK(out[0] == Group{Value{std::int64_t{3}}, Value{std::int64_t{2}}});
    CHECK(out[1] == Group{Value{std::int64_t{8}}, Value{std::int64_t{1}}});
}

TEST_CASE(
    "the parts of a date are those of the calendar, weeks from the first day of the year",
    "[aggregate]"
) {
    const auto part = [](DatePart which, std::string_view text) {
        return date_part(which, day(text));
    };
    CHECK(part(DatePart::day, "2023-08-25") == 25);
    CHECK(part(DatePart::month, "2023-08-25") == 8);
    CHECK(part(DatePart::quarter, "2023-03-31") == 1);
    CHECK(part(DatePart::quarter, "2023-04-01") == 2);
    CHECK(part(DatePart::quarter, "2023-12-31") == 4);
    CHECK(part(DatePart::year, "2023-08-25") == 2023);
    // 2023 begins on a Sunday, as a week does; 2024 on a Monday, so its first week has six days.
    CHECK(part(DatePart::week, "2023-01-07") == 1);
    CHECK(part(DatePart::week, "2023-01-08") == 2);
    CHECK(part(DatePart::week, "2023-03-25") == 12);
    CHECK(part(DatePart::week, "2023-08-25") == 34);
    CHECK(part(DatePart::week, "2024-01-06") == 1);
    CHECK(part(DatePart::week, "2024-01-07") == 2);
    CHECK(part(DatePart::week, "2024-12-31") == 53);
}

TEST_CASE("at the limit of rows there is an answer, and one above there is none", "[aggregate]") {
    auto asked = counted_by("msdyn_name");
    asked.rows_max = 3;
    const std::vector<Row> three = {named("a"), named("b"), named("c")};
    CHECK(value(groups(asked, three)).size() == 3);
    auto four = three;
    four.push_back(named("a"));
    CHECK(code(groups(asked, four)) == Errc::aggregate_limit);
    Aggregator aggregator(asked);
    for (const auto& one : three) CHECK(aggregator.add(one));
    CHECK_FALSE(aggregator.add(four.back()));
    CHECK_FALSE(aggregator.add(four.back()));
    CHECK(aggregator.rows() == 3);
}

TEST_CASE("groups and unlike values have a bound of memory", "[aggregate]") {
    const auto by_name = counted_by("msdyn_name");
    const auto unlike = of(AggregateFunction::count_distinct, "msdyn_name");
    for (const auto* asked : {&by_name, &unlike}) {
        Aggregator aggregator(*asked, 10'000);
        std::size_t taken = 0;
        while (taken < 1000 && aggregator.add(named("name " + std::to_string(taken)))) ++taken;
        CHECK(taken > 10);
        CHECK(taken < 1000);
        CHECK(code(aggregator.groups()) == Errc::too_expensive);
    }
    // The same value again takes no more of it.
    Aggregator aggregator(unlike, 10'000);
    for (int i = 0; i < 1000; ++i) CHECK(aggregator.add(named("one name")));
    CHECK(value(aggregator.groups()).front().front() == Value{std::int64_t{1}});
}

TEST_CASE("keys that are null in every row count as memory too", "[aggregate]") {
    auto asked = counted_by("msdyn_name");
    for (int i = 0; i < 40; ++i) {
        asked.keys.push_back(
            {column("importsequencenumber"), DatePart::none, "k" + std::to_string(i)}
        );
    }
    Aggregator aggregator(asked, 10'000);
    std::size_t taken = 0;
    while (taken < 1000 && aggregator.add(named("name " + std::to_string(taken)))) ++taken;
    CHECK(taken < 10);
    CHECK(code(aggregator.groups()) == Errc::too_expensive);
}

TEST_CASE(
    "a sum that is no 64-bit number is refused, and one that only went beyond is not", "[aggregate]"
) {
    const auto versioned = [](std::int64_t number) {
        Row out = numbered(0);
        out.versionnumber = static_cast<std::uint64_t>(number);
        return out;
    };
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    const auto sum = of(AggregateFunction::sum, "versionnumber");
    CHECK(value(groups(sum, {versioned(most)})).front().front() == Value{most});
    CHECK(code(groups(sum, {versioned(most), versioned(1)})) == Errc::out_of_range);
    CHECK(
        value(groups(sum, {versioned(most), versioned(1), versioned(-1)})).front().front() ==
        Value{most}
    );
    const auto average = of(AggregateFunction::average, "versionnumber");
    CHECK(
        value(groups(average, {versioned(most), versioned(most)})).front().front() == Value{most}
    );
}

TEST_CASE(
    "sums are of numbers, the least and the most also of times, everything else of any column",
    "[aggregate]"
) {
    using enum AggregateFunction;
    for (const auto function : {sum, average}) {
        CHECK(computes(function, *column("importsequencenumber")));
        CHECK(computes(function, *column("versionnumber")));
        for (const auto* other : {"msdyn_name", "statecode", "createdon", "ownerid"}) {
            CHECK_FALSE(computes(function, *column(other)));
        }
    }
    for (const auto function : {min, max}) {
        CHECK(computes(function, *column("createdon")));
        for (const auto* other : {"msdyn_name", "statuscode", "ownerid"}) {
            CHECK_FALSE(computes(function, *column(other)));
        }
    }
    for (const auto function : {count, count_column, count_distinct}) {
        CHECK(computes(function, *column("ownerid")));
    }
}

TEST_CASE("tokens are neither grouped by nor counted, whoever asks", "[aggregate]") {
    const auto count = of(AggregateFunction::count_column, "msdyn_useraccesstoken");
    CHECK_THROWS_AS(Aggregator(count), std::logic_error);
    const auto grouped = counted_by("msdyn_useraccesstoken");
    CHECK_THROWS_AS(Aggregator(grouped), std::logic_error);
}

TEST_CASE(
    "the shape of an aggregation has functions and columns, and no name that was given",
    "[aggregate]"
) {
    auto asked = counted_by("overriddencreatedon", DatePart::week);
    asked.keys.push_back({column("ownerid"), DatePart::none, "secret-name"});
    asked.aggregates.push_back({AggregateFunction::sum, column("importsequencenumber"), "my-token"}
    );
    CHECK(
        shape(asked, {}) ==
        "groupby((week(overriddencreatedon),_ownerid_value),aggregate($count,"
        "importsequencenumber with sum))"
    );
    CHECK(shape(of(AggregateFunction::max, "createdon"), {}) == "aggregate(createdon with max)");
}

}  // namespace aggregator_test
