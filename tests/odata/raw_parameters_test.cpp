#include "odata/request/raw_parameters.hpp"

#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace raw_parameters_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

constexpr Parameter parameters[] = {{"A", "@a"}, {"B", "@b"}};
const Function function{"Fn", parameters};

/// Errc::count_ when it was understood.
Errc refusal(std::optional<std::string_view> arguments, const QueryOptions& options = {}) {
    const auto read = read_raw_parameters(function, arguments, options);
    return read ? Errc::count_ : read.error().code;
}

RawParameters given(std::optional<std::string_view> arguments, const QueryOptions& options = {}) {
    auto read = read_raw_parameters(function, arguments, options);
    REQUIRE(read);
    return std::move(*read);
}

QueryOptions with(std::vector<std::pair<std::string, std::string>> aliases) {
    QueryOptions out;
    out.aliases = std::move(aliases);
    return out;
}

const RequestOrigin& origin() {
    static const auto asked = request("GET", secrets);
    static const RequestOrigin made{test_root, asked};
    return made;
}

std::optional<messages::Target> target(std::string_view raw) {
    auto read = target_of(raw, origin());
    REQUIRE(read);
    return std::move(*read);
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("raw parameters are cut at commas outside of quotes and brackets", "[odata]") {
    const auto out = given("A=['x,y',\"z\"], B = {'a':(1,2)}");
    CHECK(out.at("A") == "['x,y',\"z\"]");
    CHECK(out.at("B") == "{'a':(1,2)}");
}

TEST_CASE("raw parameters come through aliases, named or their own", "[odata]") {
    CHECK(given("A=@x", with({{"@x", " [1] "}})).at("A") == "[1]");
    CHECK(given(std::nullopt, with({{"@b", "'t'"}})).at("B") == "'t'");
    CHECK(given("", with({{"@a", "1"}})).at("A") == "1");
}

TEST_CASE("a raw parameter that is null or an alias without a value is not set", "[odata]") {
    CHECK(given("A=null,B=@b").empty());
    CHECK(given("A=@a", with({{"@a", ""}})).empty());
    CHECK(given(std::nullopt).empty());
}

TEST_CASE("raw parameters are known, given once, and well nested", "[odata]") {
    for (const auto* arguments :
         {"C=1", "A=1,A=2", "A", "A=1,", "=1", "A=(1", "A=1)", "A='x", "A=[1,B=2", "A=1;B=2=("}) {
        INFO(arguments);
        CHECK(refusal(arguments) == Errc::malformed);
    }
    CHECK(refusal(std::nullopt, with({{"@c", "1"}})) == Errc::malformed);
}

TEST_CASE("a text stands in quotes, or without any", "[odata]") {
    CHECK(text_of("'it''s'") == "it's");
    CHECK(text_of("\"x\"") == "x");
    CHECK(text_of(id_text) == id_text);
    for (const auto* raw : {"'x", "'x'y", "x'y'", "'x','y'"}) {
        INFO(raw);
        CHECK_FALSE(text_of(raw));
    }
}

TEST_CASE("a list of texts has brackets, commas, and not more than it may", "[odata]") {
    CHECK(texts_of("['a', \"b\",c]", 3) == Texts{"a", "b", "c"});
    CHECK(texts_of("[]", 3) == Texts{});
    CHECK(texts_of("['a','b','c']", 3)->size() == 3);
    CHECK_FALSE(texts_of("['a','b','c','d']", 3));
    for (const auto* raw :
         {"",
          "'a'",
          "['a'",
          "'a']",
          "[,]",
          "['a',]",
          "[,'a']",
          "['a' 'b']",
          "[['a']]",
          "['a']x",
          "[@a]",
          "[guid'a']",
          R"(["a\"b"])"}) {
        INFO(raw);
        CHECK_FALSE(texts_of(raw, 3));
    }
}

TEST_CASE(
    "a row is named by its @odata.id, in either kind of quotes, relative or absolute", "[odata]"
) {
    const auto set = "msdyn_octwitterhandlesecrets(" + id_text + ")";
    for (const auto& raw :
         {"{'@odata.id':'" + set + "'}",
          "{ \"@odata.id\" : \"" + set + "\" }",
          "{'@odata.id':'/api/data/v9.2/" + set + "'}",
          "{'@odata.id':'https://vault.example.com/api/data/v9.2/" + set + "'}"}) {
        INFO(raw);
        const auto read = target(raw);
        REQUIRE(read);
        CHECK(read->table->name == "msdyn_octwitterhandlesecret");
        CHECK(to_string(std::get<Uuid>(read->by)) == id_text);
    }
    const auto by_key =
        target("{'@odata.id':'msdyn_octwitterhandlesecrets(msdyn_octwitteruniquehandleid='42')'}");
    REQUIRE(by_key);
    CHECK(std::holds_alternative<messages::KeyValues>(by_key->by));
}

TEST_CASE("what names no row in that form is none", "[odata]") {
    for (const auto* raw :
         {"",
          "{}",
          "x",
          "{'id':'x'}",
          "{'@odata.id'}",
          "{'@odata.id':}",
          "{'@odata.id':'}",
          "{'@odata.id':\"x'}",
          "{'@odata.id' 'x'}",
          "['@odata.id':'x']"}) {
        INFO(raw);
        CHECK_FALSE(target(raw));
    }
    CHECK_FALSE(target_of("{'@odata.id':'nosuchset(1)'}", origin()).has_value());
    CHECK_FALSE(
        target_of("{'@odata.id':'https://elsewhere.example.com/x(1)'}", origin()).has_value()
    );
}

TEST_CASE("a member of an enumeration has its type's name, or none", "[odata]") {
    CHECK(member_of("Microsoft.Dynamics.CRM.Kind'One'", "Kind") == "One");
    CHECK(member_of("'One'", "Kind") == "One");
    for (const auto* raw :
         {"One",
          "Kind'One'",
          "Microsoft.Dynamics.CRM.Other'One'",
          "Microsoft.Dynamics.CRM.KindOne",
          "'One",
          "'O'ne'",
          ""}) {
        INFO(raw);
        CHECK_FALSE(member_of(raw, "Kind"));
    }
}

}  // namespace raw_parameters_test
