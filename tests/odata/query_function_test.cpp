#include "odata/request/query_function.hpp"

#include "odata/request/canonical.hpp"
#include "odata/request/filter_parser.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace query_function_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

const schema::Table& secret_table() { return *schema::table("msdyn_octwitterhandlesecret"); }

Result<messages::Filter> filter(
    const std::string& call, const QueryOptions& options = {},
    const schema::Table& table = secret_table()
) {
    return parse_filter(table, "Microsoft.Dynamics.CRM." + call, options);
}

std::string error_of(const std::string& call, const QueryOptions& options = {}) {
    const auto out = filter(call, options);
    if (out) return "no error";
    CHECK(out.error().code == Errc::malformed);
    CHECK(out.error().message.find("hunter2") == std::string::npos);
    return out.error().message;
}

messages::Condition condition(const std::string& call, const QueryOptions& options = {}) {
    auto out = filter(call, options);
    if (!out) FAIL(call << ": " << out.error().message);
    return std::get<messages::Condition>(std::move(out->node));
}

std::vector<std::string> texts(const messages::Condition& condition) {
    std::vector<std::string> out;
    for (const auto& value : condition.values) out.push_back(std::get<std::string>(value));
    return out;
}

std::string listed(std::size_t values, const std::string& value = "\"1\"") {
    std::string out = "[";
    for (std::size_t i = 0; i < values; ++i) out += (i == 0 ? "" : ",") + value;
    return out + "]";
}

}  // namespace

TEST_CASE("a list holds texts in either quotes, with the escapes of each", "[odata]") {
    const auto in = [](const std::string& values) {
        return texts(condition("In(PropertyName='msdyn_name',PropertyValues=" + values + ")"));
    };
    using Texts = std::vector<std::string>;
    CHECK(in("[\"a\"]") == Texts{"a"});
    CHECK(in("[ \"a\" , 'b' ]") == Texts{"a", "b"});
    CHECK(
        in("[\"it's\",'it''s',\"say \\\"x\\\"\",\"\\u00e9\\\\\"]") ==
        Texts{"it's", "it's", "say \"x\"", "\xC3\xA9\\"}
    );
    CHECK(in("[\"a,b]\",\"null\"]") == Texts{"a,b]", "null"});
}

TEST_CASE("values in quotes are read as the type of their column", "[odata]") {
    const auto first = [](const std::string& column, const std::string& value) {
        return condition("In(PropertyName='" + column + "',PropertyValues=[" + value + "])")
            .values.at(0);
    };
    CHECK(std::get<std::int64_t>(first("statecode", "\"0\"")) == 0);
    CHECK(std::get<std::int64_t>(first("statecode", "-1")) == -1);
    CHECK(to_string(std::get<Uuid>(first("ownerid", '"' + id_text + '"'))) == id_text);
    CHECK(to_string(std::get<Uuid>(first("_ownerid_value", id_text))) == id_text);
    CHECK(
        to_iso8601(std::get<Instant>(first("createdon", "'2026-01-01'"))) == "2026-01-01T00:00:00Z"
    );
    // Without a zone, of UTC; bare it is a literal of OData, which has one.
    for (const char* noon :
         {"\"2026-01-01T12:00:00\"", "'2026-01-01T12:00:00.0000000'", "'2026-01-01 12:00:00'"}) {
        INFO(noon);
        CHECK(to_iso8601(std::get<Instant>(first("createdon", noon))) == "2026-01-01T12:00:00Z");
        const auto before = condition(
            "OnOrBefore(PropertyName='createdon',PropertyValue=" + std::string(noon) + ")"
        );
        CHECK(to_iso8601(std::get<Instant>(before.values.at(0))) == "2026-01-01T12:00:00Z");
    }
    const auto& users = *schema::table("systemuser");
    for (const char* yes : {"\"True\"", "'true'", "\"1\"", "true"}) {
        const auto in = std::string("In(PropertyName='isdisabled',PropertyValues=[") + yes + "])";
        const auto read = filter(in, {}, users);
        REQUIRE(read);
        const auto& values = std::get<messages::Condition>(read->node).values;
        CHECK(std::get<bool>(values.at(0)));
    }
}

TEST_CASE("parameters come in any order, and through aliases", "[odata]") {
    QueryOptions options;
    options.aliases.emplace_back("@a", "'statecode'");
    options.aliases.emplace_back("@b", "[\"0\",\"1\"]");
    options.aliases.emplace_back("@n", "7");
    CHECK(condition("In(PropertyValues=@b,PropertyName=@a)", options).values.size() == 2);
    const auto last = condition("LastXDays(PropertyValue=@n,PropertyName='createdon')", options);
    CHECK(std::get<std::int64_t>(last.values.at(0)) == 7);
    CHECK(
        std::get<std::int64_t>(
            condition("LastXDays(PropertyName='createdon',PropertyValue='7')").values.at(0)
        ) == 7
    );
    // Unassigned is null, which no operator takes.
    CHECK(
        error_of("LastXDays(PropertyName='createdon',PropertyValue=@none)", options) ==
        "The 'LastXDays' function needs PropertyValue, one value."
    );
}

TEST_CASE("every function of the table is read with its operands", "[odata]") {
    const auto& units = *schema::table("businessunit");
    const auto value = GENERATE(
        as<std::string>{},
        "In(PropertyName='statecode',PropertyValues=[\"0\"])",
        "NotIn(PropertyName='statecode',PropertyValues=[\"0\"])",
        "Between(PropertyName='createdon',PropertyValues=[\"2026-01-01\",\"2026-01-02\"])",
        "NotBetween(PropertyName='msdyn_name',PropertyValues=[\"a\",\"b\"])",
        "On(PropertyName='createdon',PropertyValue='2026-01-01')",
        "OnOrAfter(PropertyName='createdon',PropertyValue=2026-01-01T00:00:00Z)",
        "OnOrBefore(PropertyName='createdon',PropertyValue='2026-01-01')",
        "EqualUserId(PropertyName='ownerid')",
        "NotEqualUserId(PropertyName='createdby')",
        "EqualUserTeams(PropertyName='ownerid')",
        "EqualUserOrUserTeams(PropertyName='ownerid')",
        "EqualBusinessId(PropertyName='owningbusinessunit')",
        "NotEqualBusinessId(PropertyName='owningbusinessunit')",
        "EqualUserLanguage(PropertyName='importsequencenumber')",
        "Under(PropertyName='owningbusinessunit',PropertyValue='"
        "22222222-2222-4222-8222-222222222222')"
    );
    INFO(value);
    CHECK(filter(value));
    for (const char* name : {"Above", "AboveOrEqual", "Under", "UnderOrEqual", "NotUnder"}) {
        const auto call =
            std::string(name) + "(PropertyName='businessunitid',PropertyValue=" + id_text + ")";
        CHECK(filter(call, {}, units));
    }
    for (const char* name :
         {"Today",
          "Yesterday",
          "Tomorrow",
          "Last7Days",
          "Next7Days",
          "LastWeek",
          "ThisWeek",
          "NextWeek",
          "LastMonth",
          "ThisMonth",
          "NextMonth",
          "LastYear",
          "ThisYear",
          "NextYear"}) {
        CHECK(filter(std::string(name) + "(PropertyName='createdon')"));
    }
    for (const char* name :
         {"LastXHours",
          "LastXDays",
          "LastXWeeks",
          "LastXMonths",
          "LastXYears",
          "NextXHours",
          "NextXDays",
          "NextXWeeks",
          "NextXMonths",
          "NextXYears",
          "OlderThanXMinutes",
          "OlderThanXHours",
          "OlderThanXDays",
          "OlderThanXWeeks",
          "OlderThanXMonths",
          "OlderThanXYears"}) {
        CHECK(filter(std::string(name) + "(PropertyName='createdon',PropertyValue=1)"));
    }
}

TEST_CASE("a query function is a term like any other", "[odata]") {
    const auto out = parse_filter(
        secret_table(),
        "not Microsoft.Dynamics.CRM.Today(PropertyName='createdon') and (statecode eq 0 or "
        "Microsoft.Dynamics.CRM.In(PropertyName='msdyn_name',PropertyValues=[\"a\"]))",
        {}
    );
    REQUIRE(out);
    CHECK(
        messages::shape(*out) == "(not Today(createdon) and (statecode eq ? or In(msdyn_name,?)))"
    );
}

TEST_CASE("a sealed column is refused in a query function too", "[odata]") {
    for (const char* call :
         {"In(PropertyName='msdyn_useraccesstoken',PropertyValues=[\"hunter2\"])",
          "Between(PropertyName='msdyn_useraccesstoken',PropertyValues=[\"a\",\"hunter2\"])"}) {
        const auto out = filter(call);
        REQUIRE_FALSE(out);
        CHECK(out.error().code == Errc::sealed_in_query);
        CHECK(out.error().message.find("hunter2") == std::string::npos);
    }
}

TEST_CASE("an operator is for columns of its kind", "[odata]") {
    for (const char* call :
         {"Today(PropertyName='msdyn_name')",
          "Between(PropertyName='ownerid',PropertyValues=[\"22222222-2222-4222-8222-222222222222\","
          "\"22222222-2222-4222-8222-222222222222\"])",
          "EqualUserId(PropertyName='msdyn_name')",
          "EqualUserLanguage(PropertyName='msdyn_name')",
          "Under(PropertyName='ownerid',PropertyValue=22222222-2222-4222-8222-222222222222)"}) {
        INFO(call);
        CHECK(error_of(call).find("cannot be used on the property") != std::string::npos);
    }
    const auto unknown = filter("Today(PropertyName='nothing')");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == Errc::unknown_property);
}

TEST_CASE("what is not well formed is refused, without its values", "[odata]") {
    for (const char* call :
         {"In",
          "In(",
          "In()",
          "In(PropertyName='msdyn_name')",
          "In(PropertyValues=[\"hunter2\"])",
          "In(PropertyName=msdyn_name,PropertyValues=[\"hunter2\"])",
          "In(PropertyName=null,PropertyValues=[\"hunter2\"])",
          "In(PropertyName='msdyn_name',PropertyValues=null)",
          "In(PropertyName='msdyn_name',PropertyValues='hunter2')",
          "In(PropertyName='msdyn_name',PropertyValue='hunter2')",
          "In(PropertyName='msdyn_name',PropertyValues=[])",
          "In(PropertyName='msdyn_name',PropertyValues=[\"hunter2\",])",
          "In(PropertyName='msdyn_name',PropertyValues=[,\"hunter2\"])",
          "In(PropertyName='msdyn_name',PropertyValues=[\"hunter2\" \"hunter2\"])",
          "In(PropertyName='msdyn_name',PropertyValues=[[\"hunter2\"]])",
          "In(PropertyName='msdyn_name',PropertyValues=[\"hunter2\")",
          "In(PropertyName='msdyn_name',PropertyValues=[\"hunter2])",
          "In(PropertyName='msdyn_name',PropertyValues=[null])",
          "In(PropertyName='msdyn_name',PropertyValues=[hunter2])",
          "In(PropertyName='msdyn_name',PropertyValues=[\"hunter2\\x\"])",
          "In(PropertyName='statecode',PropertyValues=[\"hunter2\"])",
          "In(PropertyName='statecode',PropertyValues=[\"null\"])",
          "In(PropertyName='msdyn_name',PropertyValues=[\"a\"],PropertyValues=[\"a\"])",
          "In(PropertyName='msdyn_name',PropertyValues=[\"a\"],Other=1)",
          "In(PropertyName='msdyn_name' PropertyValues=[\"a\"])",
          "In(PropertyName='msdyn_name',PropertyValues=[\"a\"]) eq true",
          "Between(PropertyName='createdon',PropertyValues=[\"2026-01-01\"])",
          "Between(PropertyName='statecode',PropertyValues=[\"1\",\"2\",\"3\"])",
          "Today(PropertyName='createdon',PropertyValue=1)",
          "On(PropertyName='createdon',PropertyValue='hunter2')",
          "On(PropertyName='createdon',PropertyValue='08/31/2027')",
          "On(PropertyName='createdon',PropertyValue=2026-01-01T12:00:00)",
          "LastXDays(PropertyName='createdon',PropertyValue='hunter2')",
          "LastXDays(PropertyName='createdon',PropertyValue=1.5)",
          "LastXDays(PropertyName='createdon',PropertyValue=[1])",
          "today(PropertyName='createdon')",
          "hunter3(PropertyName='createdon')"}) {
        INFO(call);
        CHECK(error_of(call) != "no error");
    }
}

TEST_CASE("what has no rule here is refused with the reason", "[odata]") {
    const auto message = [](const char* name) {
        return error_of(std::string(name) + "(PropertyName='createdon')");
    };
    CHECK(
        message("ThisFiscalYear") ==
        "The 'ThisFiscalYear' function isn't supported: there is no fiscal calendar."
    );
    CHECK(
        message("ContainValues") ==
        "The 'ContainValues' function isn't supported: there is no column of several choices."
    );
    CHECK(
        message("EqualUserOrUserHierarchy") ==
        "The 'EqualUserOrUserHierarchy' function isn't supported: there is no hierarchy of users."
    );
    CHECK(message("Nothing") == "The 'Nothing' function isn't supported.");
}

TEST_CASE("a count of hours or days has bounds", "[odata]") {
    const auto last = [](const std::string& count) {
        return filter("LastXDays(PropertyName='createdon',PropertyValue=" + count + ")")
            .has_value();
    };
    CHECK_FALSE(last("0"));
    CHECK(last("1"));
    CHECK(last("100000"));
    CHECK_FALSE(last("100001"));
    CHECK_FALSE(last("-1"));
}

TEST_CASE("the lists of a filter hold 2000 values altogether", "[odata]") {
    QueryOptions options;
    options.aliases.emplace_back("@most", listed(filter_values_max));
    options.aliases.emplace_back("@half", listed(filter_values_max / 2));
    options.aliases.emplace_back("@over", listed(filter_values_max + 1));
    const auto in = [&](const std::string& alias) {
        return "Microsoft.Dynamics.CRM.In(PropertyName='msdyn_name',PropertyValues=" + alias + ")";
    };
    const auto reads = [&](const std::string& text) {
        return parse_filter(secret_table(), text, options).has_value();
    };
    CHECK(reads(in("@most")));
    CHECK(reads(in("@half") + " or " + in("@half")));
    CHECK_FALSE(reads(in("@over")));
    CHECK_FALSE(reads(in("@half") + " or " + in("@half") + " or " + in("[\"1\"]")));
    CHECK(
        error_of("In(PropertyName='msdyn_name',PropertyValues=@over)", options) ==
        "The 'In' function is one value too long: the lists of a $filter may hold 2000 altogether."
    );
}

TEST_CASE("functions count among the conditions of a filter and as deep as others", "[odata]") {
    const std::string today = "Microsoft.Dynamics.CRM.Today(PropertyName='createdon')";
    auto terms = today;
    for (int i = 1; i < filter_terms_max; ++i) terms += " or " + today;
    CHECK(parse_filter(secret_table(), terms, {}));
    CHECK_FALSE(parse_filter(secret_table(), terms + " or " + today, {}));
}

TEST_CASE("another operator, column or value is another query to a paging token", "[odata]") {
    const auto canonical = [](const std::string& call) {
        StringWriter out;
        append_canonical(out, filter(call).value());
        return std::move(out).take();
    };
    const auto one = canonical("In(PropertyName='statecode',PropertyValues=[\"0\"])");
    CHECK(one == canonical("In(PropertyValues=[0],PropertyName='statecode')"));
    CHECK(one != canonical("NotIn(PropertyName='statecode',PropertyValues=[\"0\"])"));
    CHECK(one != canonical("In(PropertyName='statuscode',PropertyValues=[\"0\"])"));
    CHECK(one != canonical("In(PropertyName='statecode',PropertyValues=[\"1\"])"));
    CHECK(one != canonical("In(PropertyName='statecode',PropertyValues=[\"0\",\"0\"])"));
}

TEST_CASE("a list is no literal elsewhere", "[odata]") {
    for (const char* text :
         {"msdyn_name eq [\"a\"]",
          "msdyn_name eq \"a\"",
          "[\"a\"]",
          "contains(msdyn_name,\"a\")"}) {
        INFO(text);
        const auto out = parse_filter(secret_table(), text, {});
        REQUIRE_FALSE(out);
        CHECK(out.error().code == Errc::malformed);
    }
}

}  // namespace query_function_test
