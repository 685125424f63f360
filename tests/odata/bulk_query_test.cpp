// The queries of a BulkDelete: what a QueryExpression is as FetchXML, and which queries it takes.
#include "odata/fetchxml/bulk_query.hpp"

#include "odata/fetchxml/query_expression.hpp"
#include "odata/fetchxml/write_element.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace bulk_query_test {

using namespace rookery;
using namespace rookery::odata;
using messages::BulkDelete;

namespace {

const std::string api = "/api/data/v9.2/";

Result<std::string> converted(const std::string& body) {
    const auto json = parse_json(body);
    REQUIRE(json);
    ROOKERY_TRY(const auto fetch, fetchxml::fetch_of(*json));
    return fetchxml::write_xml(fetch);
}

Result<messages::RetrieveMultiple> rows_of(const std::string& fetch) {
    ROOKERY_TRY(const auto element, fetchxml::read_xml(fetch));
    return fetchxml::read_bulk_query(element);
}

Errc conversion_error(const std::string& body) {
    INFO(body);
    const auto out = converted(body);
    return out ? Errc::count_ : out.error().code;
}

std::string query_of(const std::string& criteria) {
    return R"({"@odata.type":"Microsoft.Dynamics.CRM.QueryExpression","EntityName":"msdyn_octwitterhandle",)"
           R"("ColumnSet":{"AllColumns":false,"Columns":[]},"Distinct":false,"LinkEntities":[],"Orders":[],)"
           R"("Criteria":)" +
           criteria + "}";
}

std::string condition_of(const std::string& members) {
    return query_of(R"({"FilterOperator":"And","Conditions":[{)" + members + "}]}");
}

std::string body_with(const std::string& queries, const std::string& more = {}) {
    return R"({"QuerySet":[)" + queries +
           R"(],"JobName":"old ones","SendEmailNotification":false,"ToRecipients":[],"CCRecipients":[],)"
           R"("RecurrencePattern":"","StartDateTime":"2026-01-01T00:00:00Z")" +
           more + "}";
}

Errc refused_body(const std::string& body) { return refused("POST", api + "BulkDelete", body); }

}  // namespace

TEST_CASE("a QueryExpression asks for the same rows as FetchXML", "[odata]") {
    const auto out = converted(query_of(
        R"({"FilterOperator":"Or","Conditions":[)"
        R"({"EntityName":"msdyn_octwitterhandle","AttributeName":"createdon","Operator":"OnOrBefore",)"
        R"("Values":[{"Value":"2026-06-13","Type":"System.DateTime"}]},)"
        R"({"AttributeName":"msdyn_name","Operator":"In","Values":["a<b","c"]}],)"
        R"("Filters":[{"FilterOperator":"And","Conditions":[)"
        R"({"AttributeName":"statecode","Operator":"Equal","Values":[1]},)"
        R"({"AttributeName":"msdyn_name","Operator":"NotNull","Values":[]}]}]})"
    ));
    REQUIRE(out);
    CHECK(
        *out ==
        "<fetch><entity name=\"msdyn_octwitterhandle\"><filter type=\"or\">"
        "<condition attribute=\"createdon\" "
        "operator=\"on-or-before\"><value>2026-06-13</value></condition>"
        "<condition attribute=\"msdyn_name\" "
        "operator=\"in\"><value>a&lt;b</value><value>c</value></condition>"
        "<filter type=\"and\">"
        "<condition attribute=\"statecode\" operator=\"eq\"><value>1</value></condition>"
        "<condition attribute=\"msdyn_name\" operator=\"not-null\"/>"
        "</filter></filter></entity></fetch>"
    );
    const auto rows = rows_of(*out);
    REQUIRE(rows);
    CHECK(rows->table->name == "msdyn_octwitterhandle");
    CHECK(
        messages::shape(*rows->filter) ==
        "(OnOrBefore(createdon,?) or In(msdyn_name,?) or (statecode eq ? and msdyn_name ne "
        "null))"
    );
}

TEST_CASE("a filter of quick find in a QueryExpression is one by its FilterOperator", "[odata]") {
    const auto with = [](const std::string& more) {
        return converted(query_of(
            "{" + more +
            R"("FilterOperator":"Or","Conditions":[)"
            R"({"AttributeName":"statecode","Operator":"Equal","Values":[1]},)"
            R"({"AttributeName":"msdyn_name","Operator":"NotNull","Values":["x"]}]})"
        ));
    };
    const auto plain = with("");
    REQUIRE(plain);
    CHECK(with("\"IsQuickFindFilter\":true,").value() == *plain);
    CHECK(with("\"IsQuickFindFilter\":false,").value() == *plain);
    CHECK(messages::shape(*rows_of(*plain)->filter) == "(statecode eq ? or msdyn_name ne null)");
}

TEST_CASE("a FetchExpression is its text, and a query without criteria all rows", "[odata]") {
    const auto by_text = converted(
        R"({"@odata.type":"Microsoft.Dynamics.CRM.FetchExpression","Query":"<?xml version='1.0'?><fetch><entity name='team'/></fetch>"})"
    );
    CHECK(by_text.value() == "<fetch><entity name=\"team\"/></fetch>");
    const auto all = converted(R"({"EntityName":"msdyn_octwitterhandle"})");
    REQUIRE(all);
    const auto rows = rows_of(*all);
    REQUIRE(rows);
    CHECK_FALSE(rows->filter);
}

TEST_CASE("what a QueryExpression asks for beyond that is refused, never ignored", "[odata]") {
    for (const auto* more :
         {R"("LinkEntities":[{}])",
          R"("TopCount":3)",
          R"("TopCount":0)",
          R"("PageInfo":{"Count":1,"PageNumber":1})",
          R"("SubQueryExpression":{"a":1})",
          R"("DataSource":"retained")"}) {
        CHECK(
            conversion_error(R"({"EntityName":"team",)" + std::string(more) + "}") ==
            Errc::unsupported
        );
    }
    for (const auto* condition :
         {R"("AttributeName":"statecode","Operator":"ContainValues","Values":[1])",
          R"("AttributeName":"statecode","Operator":"banana","Values":[1])",
          R"("AttributeName":"statecode","Operator":"Equal","Values":[1],"EntityName":"team")",
          R"("AttributeName":"statecode","Operator":"Equal","Values":["statuscode"],"CompareColumns":true)"}) {
        CHECK(conversion_error(condition_of(condition)) == Errc::unsupported);
    }
    for (const auto* condition :
         {R"("Operator":"Equal","Values":[1])",
          R"("AttributeName":"statecode","Values":[1])",
          R"("AttributeName":"statecode","Operator":"Equal","Values":1)",
          R"("AttributeName":"statecode","Operator":"Equal","Values":[{"Value":{}}])",
          R"("AttributeName":"statecode","Operator":"Equal","Values":[null])"}) {
        CHECK(conversion_error(condition_of(condition)) == Errc::bad_payload);
    }
    for (const auto* criteria :
         {R"({"FilterOperator":"Xor","Conditions":[]})",
          R"({"FilterOperator":1})",
          R"({"Filteroperator":"Or"})",
          R"({"Condition":[]})",
          R"({"Conditions":null})",
          R"({"Conditions":[]})",
          R"({"Filters":[{}]})",
          "{}",
          "null",
          "\"\""}) {
        CHECK(conversion_error(query_of(criteria)) == Errc::bad_payload);
    }
    CHECK(conversion_error(R"({"EntityName":"team","criteria":{}})") == Errc::bad_payload);
    CHECK(conversion_error(R"({"EntityName":"team","Foo":1})") == Errc::bad_payload);
    CHECK(
        conversion_error(condition_of(R"("AttributeName":"statecode","Operator":"Null","value":1)")
        ) == Errc::bad_payload
    );
    CHECK(conversion_error(R"({"Query":"<fetch/>","EntityName":"team"})") == Errc::bad_payload);
    CHECK(conversion_error(query_of("[1]")) == Errc::bad_payload);
    CHECK(conversion_error("{}") == Errc::bad_payload);
    CHECK(conversion_error(R"({"Query":1})") == Errc::bad_payload);
}

TEST_CASE("BulkDelete takes queries of tables that are here, of all their rows", "[odata]") {
    const auto all = std::string(R"({"EntityName":"msdyn_octwitterhandle"})");
    const auto out =
        message<BulkDelete>(parsed("POST", api + "BulkDelete", body_with(all + "," + all)));
    CHECK(out.job_name == "old ones");
    REQUIRE(out.queries.size() == 2);
    CHECK(out.queries[0].table->name == "msdyn_octwitterhandle");
    // What the job reads again.
    const auto again = fetchxml::read_bulk_queries(out.text);
    REQUIRE(again);
    REQUIRE(again->size() == 2);
    CHECK(again->back().query_digest == out.queries.back().query_digest);
    CHECK_FALSE(fetchxml::read_bulk_queries("<fetch/>"));
    CHECK(fetchxml::read_bulk_queries("<queries/>").value().empty());
    const auto by_fetch = [](const std::string& fetch) {
        return body_with(R"({"Query":")" + fetch + "\"}");
    };
    CHECK(
        refused_body(by_fetch("<fetch count='1'><entity name='team'/></fetch>")) ==
        Errc::unsupported
    );
    CHECK(
        refused_body(by_fetch("<fetch page='2'><entity name='team'/></fetch>")) == Errc::unsupported
    );
    CHECK(
        refused_body(by_fetch("<fetch top='3'><entity name='team'/></fetch>")) == Errc::unsupported
    );
    CHECK(
        refused_body(by_fetch("<fetch aggregate='true'><entity name='team'/></fetch>")) ==
        Errc::unsupported
    );
    CHECK(refused_body(by_fetch("<fetch><entity name='banana'/></fetch>")) == Errc::malformed);
    CHECK(refused_body(by_fetch("<fetch><entity name='msfp_survey'/></fetch>")) == Errc::malformed);
    CHECK(refused_body(by_fetch("no XML")) == Errc::malformed);
    CHECK(
        refused_body(by_fetch(
            "<fetch><entity name='msdyn_octwitterhandlesecret'><filter><condition "
            "attribute='msdyn_useraccesstoken' operator='not-null'/></filter></entity></fetch>"
        )) == Errc::sealed_in_query
    );
}

TEST_CASE("what is written of FetchXML is read as it was", "[odata]") {
    const std::string text = "<a b=\"&lt;&amp;&quot;'&#10;\">  x &gt; y<c/><d>z</d></a>";
    const auto once = fetchxml::read_xml(text);
    REQUIRE(once);
    CHECK(*once->attribute("b") == "<&\"'\n");
    const auto twice = fetchxml::read_xml(fetchxml::write_xml(*once));
    REQUIRE(twice);
    CHECK(fetchxml::write_xml(*twice) == fetchxml::write_xml(*once));
    CHECK(*twice->attribute("b") == *once->attribute("b"));
    CHECK(twice->text == once->text);
}

TEST_CASE("a BulkDelete takes a thousand ids in one condition", "[odata]") {
    std::string ids;
    for (int i = 0; i < 1000; ++i)
        ids += std::string(i == 0 ? "" : ",") + R"({"Value":")" + id_text +
               R"(","Type":"System.Guid"})";
    const auto query = condition_of(
        R"("AttributeName":"msdyn_octwitterhandleid","Operator":"In","Values":[)" + ids + "]"
    );
    const auto out = message<BulkDelete>(parsed("POST", api + "BulkDelete", body_with(query)));
    CHECK(out.text.size() < 120'000);
}

TEST_CASE("a BulkDelete sends no mail and does not recur, and says so", "[odata]") {
    const auto all = std::string(R"({"EntityName":"team"})");
    const auto with = [&](const std::string& from, const std::string& to) {
        auto body = body_with(all);
        body.replace(body.find(from), from.size(), to);
        return refused_body(body);
    };
    CHECK(
        with("\"SendEmailNotification\":false", "\"SendEmailNotification\":true") ==
        Errc::unsupported
    );
    CHECK(with("\"ToRecipients\":[]", "\"ToRecipients\":[{}]") == Errc::unsupported);
    CHECK(
        with("\"RecurrencePattern\":\"\"", "\"RecurrencePattern\":\"FREQ=DAILY\"") ==
        Errc::unsupported
    );
    CHECK(with("\"JobName\":\"old ones\"", "\"JobName\":\"\"") == Errc::bad_payload);
    CHECK(with("\"JobName\":\"old ones\",", "") == Errc::bad_payload);
    CHECK(with("2026-01-01T00:00:00Z", "soon") == Errc::bad_payload);
    CHECK(with("\"QuerySet\"", "\"Banana\"") == Errc::bad_payload);
}

}  // namespace bulk_query_test
