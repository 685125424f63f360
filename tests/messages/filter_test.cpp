#include "query/filter.hpp"

#include "query/compiled_filter.hpp"
#include "query/pattern.hpp"

#include <catch2/catch.hpp>

namespace filter_test {

using namespace rookery;
using namespace rookery::messages;

namespace {

const schema::Table& table() { return *schema::table("msdyn_octwitterhandlesecret"); }

const schema::Column* column(std::string_view name) { return table().column(name); }

const Uuid row_id = *Uuid::parse("22222222-2222-4222-8222-222222222222");
const Uuid owner_id = *Uuid::parse("33333333-3333-4333-8333-333333333333");

storage::Row row() {
    storage::Row out;
    out.table = &table();
    out.id = row_id;
    out.versionnumber = 9;
    out.set(
        "msdyn_name",
        std::string{"Stra\xC3\x9F"
                    "e 100%  "}
    );
    out.set("importsequencenumber", std::int64_t{5});
    out.set("ownerid", storage::RowRef{schema::table("team")->id, owner_id});
    out.set("createdon", *parse_iso8601("2026-01-01T00:00:00Z"));
    out.set("modifiedon", *parse_iso8601("2026-01-02T00:00:00Z"));
    return out;
}

bool admits(const Filter& filter, const storage::Row& row) {
    return CompiledFilter(filter).judge(&row).value() == Truth::yes;
}

Filter compare(std::string_view name, Comparison op, storage::Value value) {
    Compare out;
    out.column = column(name);
    out.op = op;
    out.operand = std::move(value);
    return {std::move(out)};
}

Filter negated(Filter term) {
    Not out;
    out.term = std::make_unique<Filter>(std::move(term));
    return {std::move(out)};
}

template <class Node>
Filter both(Filter a, Filter b) {
    Node out;
    out.terms.push_back(std::move(a));
    out.terms.push_back(std::move(b));
    return {std::move(out)};
}

bool like(TextMatch kind, std::string pattern) {
    return admits({Match{column("msdyn_name"), kind, std::move(pattern)}}, row());
}

Filter yes() { return compare("importsequencenumber", Comparison::eq, std::int64_t{5}); }

Filter no() { return compare("importsequencenumber", Comparison::eq, std::int64_t{6}); }

Filter unknown() {
    return compare("msdyn_octwitteruniquehandleid", Comparison::eq, std::string{"a"});
}

}  // namespace

TEST_CASE(
    "comparing with null is unknown, and unknown is not admitted either way round", "[messages]"
) {
    CHECK_FALSE(admits(unknown(), row()));
    CHECK_FALSE(admits(negated(unknown()), row()));
    CHECK_FALSE(
        admits(compare("msdyn_octwitteruniquehandleid", Comparison::ne, std::string{"a"}), row())
    );
    CHECK_FALSE(admits(compare("importsequencenumber", Comparison::gt, {}), row()));
    CHECK_FALSE(admits(negated(compare("importsequencenumber", Comparison::gt, {})), row()));
}

TEST_CASE("null is asked for with eq and ne", "[messages]") {
    CHECK(admits(compare("msdyn_octwitteruniquehandleid", Comparison::eq, {}), row()));
    CHECK_FALSE(admits(compare("msdyn_octwitteruniquehandleid", Comparison::ne, {}), row()));
    CHECK(admits(compare("msdyn_name", Comparison::ne, {}), row()));
}

TEST_CASE("and, or and not follow the three-valued tables", "[messages]") {
    CHECK(admits(both<All>(yes(), yes()), row()));
    CHECK_FALSE(admits(both<All>(yes(), no()), row()));
    CHECK_FALSE(admits(both<All>(yes(), unknown()), row()));
    CHECK_FALSE(admits(negated(both<All>(yes(), unknown())), row()));
    CHECK(admits(negated(both<All>(no(), unknown())), row()));
    CHECK(admits(both<Any>(yes(), unknown()), row()));
    CHECK_FALSE(admits(both<Any>(no(), unknown()), row()));
    CHECK_FALSE(admits(negated(both<Any>(no(), unknown())), row()));
    CHECK(admits(negated(no()), row()));
}

TEST_CASE("numbers, times, ids and texts compare by their kind", "[messages]") {
    CHECK(admits(compare("importsequencenumber", Comparison::ge, std::int64_t{5}), row()));
    CHECK_FALSE(admits(compare("importsequencenumber", Comparison::lt, std::int64_t{5}), row()));
    CHECK(
        admits(compare("createdon", Comparison::lt, *parse_iso8601("2026-01-01T00:00:01Z")), row())
    );
    CHECK(admits(compare("ownerid", Comparison::eq, owner_id), row()));
    CHECK_FALSE(admits(compare("ownerid", Comparison::eq, row_id), row()));
    CHECK(admits(compare("msdyn_octwitterhandlesecretid", Comparison::eq, row_id), row()));
    CHECK(admits(compare("versionnumber", Comparison::gt, std::int64_t{8}), row()));
    CHECK(admits(compare("msdyn_name", Comparison::eq, std::string{"STRASSE 100%"}), row()));
    CHECK_FALSE(admits(compare("msdyn_name", Comparison::eq, std::string{"STRASSE"}), row()));
    CHECK_FALSE(admits(compare("importsequencenumber", Comparison::eq, std::string{"5"}), row()));
}

TEST_CASE("columns of a row compare with each other", "[messages]") {
    CHECK(admits({Compare{column("createdon"), Comparison::lt, column("modifiedon")}}, row()));
    CHECK_FALSE(admits({Compare{column("createdon"), Comparison::gt, column("modifiedon")}}, row())
    );
    CHECK_FALSE(
        admits({Compare{column("createdon"), Comparison::ne, column("overriddencreatedon")}}, row())
    );
}

TEST_CASE("text functions match without case, at their place", "[messages]") {
    CHECK(like(TextMatch::contains, "RASS"));
    CHECK_FALSE(like(TextMatch::contains, "rasx"));
    CHECK(like(TextMatch::startswith, "stra"));
    CHECK_FALSE(like(TextMatch::startswith, "trasse"));
    CHECK(like(TextMatch::endswith, "100[%]"));
    CHECK_FALSE(like(TextMatch::endswith, "10"));
    CHECK(like(TextMatch::contains, ""));
    CHECK(like(TextMatch::like, "str%100[%]"));
    CHECK_FALSE(like(TextMatch::like, "str"));
    CHECK_FALSE(like(TextMatch::like, "100[%]"));
    CHECK(like(TextMatch::like, "%asse%"));
}

TEST_CASE("wildcards are live in patterns and brackets escape them", "[messages]") {
    CHECK(like(TextMatch::startswith, "s%100"));
    CHECK(like(TextMatch::startswith, "st_asse"));
    CHECK_FALSE(like(TextMatch::startswith, "s_asse"));
    CHECK(like(TextMatch::contains, "[a-f]sse"));
    CHECK_FALSE(like(TextMatch::contains, "[^a-f]sse"));
    CHECK(like(TextMatch::contains, "[A-F]SSE"));
    CHECK_FALSE(like(TextMatch::contains, "[_]"));
    CHECK_FALSE(like(TextMatch::contains, "[%]x"));
    CHECK(like(TextMatch::contains, "0[%]"));
    CHECK_FALSE(like(TextMatch::contains, "[a"));
    CHECK_FALSE(like(TextMatch::contains, "[]"));
}

TEST_CASE("blanks inside and at the end of a pattern count", "[messages]") {
    CHECK(like(TextMatch::contains, "e 1"));
    CHECK(like(TextMatch::contains, "e "));
    CHECK_FALSE(like(TextMatch::contains, "e  1"));
}

TEST_CASE("a pattern is found in a text with the blanks that end it, and without", "[messages]") {
    for (const auto kind : {TextMatch::contains, TextMatch::endswith}) {
        CHECK(like(kind, "100[%]"));
        CHECK(like(kind, "100[%]  "));
        CHECK(like(kind, " "));
        CHECK_FALSE(like(kind, "100[%]   "));
        CHECK_FALSE(like(kind, "100 "));
    }
    CHECK(like(TextMatch::contains, "100[%] "));
    CHECK_FALSE(like(TextMatch::endswith, "100[%] "));  // all of them, or none
    CHECK(like(TextMatch::startswith, "strasse 100[%]  "));
    CHECK_FALSE(like(TextMatch::startswith, "strasse 100[%]   "));
    CHECK(like(TextMatch::like, "str%100[%]  "));
    CHECK_FALSE(like(TextMatch::like, "str%100[%] "));
    CHECK(like(TextMatch::like, "str%100[%]__"));

    auto held = row();
    const auto found = [&](TextMatch kind, std::string pattern) {
        return admits({Match{column("msdyn_name"), kind, std::move(pattern)}}, held);
    };
    held.set("msdyn_name", std::string{"no blank"});
    CHECK_FALSE(found(TextMatch::contains, "blank "));
    CHECK_FALSE(found(TextMatch::endswith, "blank "));
    held.set("msdyn_name", std::string{"caf\u00C9 "});
    CHECK(found(TextMatch::endswith, "cafe\u0301 "));
    held.set("msdyn_name", std::string{"   "});
    CHECK(found(TextMatch::startswith, "  "));
    CHECK_FALSE(found(TextMatch::startswith, "    "));
    held.set("msdyn_name", std::string{"tab\t"});
    CHECK_FALSE(found(TextMatch::endswith, "tab "));
}

TEST_CASE(
    "an index is asked for what a pattern begins with, without blanks that end it", "[messages]"
) {
    CHECK(literal_start("Mid ") == "mid");
    CHECK(literal_start("mid d") == "mid d");
    CHECK(literal_start("mid  %x") == "mid");
    CHECK(literal_start("  ") == "");
    CHECK(literal_start(" a") == " a");
}

TEST_CASE("a pattern of many wildcards ends in bounded time", "[messages]") {
    auto held = row();
    held.set("msdyn_name", std::string(100, 'a'));
    std::string pattern;
    for (int i = 0; i < 2000; ++i) pattern += "%a";
    CHECK_FALSE(admits({Match{column("msdyn_name"), TextMatch::startswith, pattern + "b"}}, held));
}

TEST_CASE("patterns and literals match by collation keys, however they are written", "[messages]") {
    auto held = row();
    held.set("msdyn_name", std::string{"\u00C9mile \u03A3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2"});
    const auto matches = [&](TextMatch kind, std::string pattern) {
        return admits({Match{column("msdyn_name"), kind, std::move(pattern)}}, held);
    };
    CHECK(matches(TextMatch::startswith, "\u00E9MILE"));
    CHECK(matches(TextMatch::startswith, "E\u0301"));  // decomposed
    CHECK(matches(TextMatch::endswith, "\u03A3\u038A\u03A3\u03A5\u03A6\u039F\u03A3"));
    CHECK(matches(TextMatch::contains, "_mile [\u03B1-\u03C9]"));
    CHECK_FALSE(matches(TextMatch::startswith, "emile"));
    CHECK(admits(
        compare(
            "msdyn_name",
            Comparison::eq,
            std::string{"e\u0301MILE \u03C3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C3 "}
        ),
        held
    ));
    CHECK(admits(compare("msdyn_name", Comparison::gt, std::string{"Z"}), held));
}

TEST_CASE("one compiled filter judges row after row, each by its own texts", "[messages]") {
    const auto filter = both<Any>(
        {Match{column("msdyn_name"), TextMatch::contains, "\u00E9"}},
        compare("msdyn_name", Comparison::eq, std::string{"plain"})
    );
    CompiledFilter compiled(filter);
    auto held = row();
    held.set("msdyn_name", std::string{"\u00C9"});
    CHECK(compiled.judge(&held).value() == Truth::yes);
    held.set("msdyn_name", std::string{"e"});
    CHECK(compiled.judge(&held).value() != Truth::yes);
    held.set("msdyn_name", storage::Value{});
    CHECK(compiled.judge(&held).value() != Truth::yes);
    held.set("msdyn_name", std::string{"PLAIN"});
    CHECK(compiled.judge(&held).value() == Truth::yes);
}

TEST_CASE("one pattern in two functions is two patterns", "[messages]") {
    auto held = row();
    held.set("msdyn_name", std::string{"abc"});
    const auto match = [&](TextMatch kind) -> Filter {
        return {Match{column("msdyn_name"), kind, "a"}};
    };
    CHECK(admits(both<All>(match(TextMatch::startswith), match(TextMatch::contains)), held));
    CHECK_FALSE(admits(both<All>(match(TextMatch::startswith), match(TextMatch::endswith)), held));
}

TEST_CASE("conditions share a text's collation key, and equal ones a pattern", "[messages]") {
    const std::string text(100, 'a');
    auto held = row();
    held.set("msdyn_name", text + "\u00E9");
    const std::string pattern(1000, 'b');
    const auto match = [&]() -> Filter {
        return {Match{column("msdyn_name"), TextMatch::startswith, pattern}};
    };
    const auto cost_of = [&](const Filter& filter) {
        CompiledFilter compiled(filter);
        static_cast<void>(compiled.judge(&held));
        return compiled.take_cost();
    };
    const auto one = cost_of(match());
    CHECK(one > text_cost(pattern) + text_cost(text));
    CHECK(cost_of(both<Any>(match(), match())) < one + 100);
}

TEST_CASE("a shape names columns and operators and no literal", "[messages]") {
    const auto filter = both<All>(
        negated(compare("msdyn_name", Comparison::eq, std::string{"hunter2"})),
        both<Any>(
            {Match{column("msdyn_name"), TextMatch::contains, "hunter2"}},
            compare("ownerid", Comparison::ne, {})
        )
    );
    CHECK(
        shape(filter) ==
        "(not msdyn_name eq ? and (contains(msdyn_name,?) or _ownerid_value ne null))"
    );
}

}  // namespace filter_test
