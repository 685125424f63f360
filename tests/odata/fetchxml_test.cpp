// FetchXML: what it becomes, and what is refused.
#include "base/percent_encode.hpp"
#include "fetch_for_test.hpp"
#include "odata/fetchxml/fetch_element.hpp"
#include "odata/fetchxml/fetch_filter.hpp"
#include "odata/fetchxml/paging_cookie.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/percent_decode.hpp"
#include "odata/request/query_function.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace fetchxml_test {

using namespace rookery;
using namespace rookery::odata;
using namespace rookery::odata::fetch_for_test;
using messages::Comparison;
using messages::RetrieveMultiple;

namespace {

/// As an attribute's value.
std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const auto* entity = c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : nullptr;
        if (c == '"') entity = "&quot;";
        entity == nullptr ? out.push_back(c) : static_cast<void>(out += entity);
    }
    return out;
}

/// The paging-cookie of a page, as a client finds it in the annotation.
std::string cookie_of(std::uint32_t page, const std::string& token) {
    const auto outer = fetchxml::read_xml(fetchxml::wrap_cookie(page, token));
    const auto once = percent_decode(*outer.value().attribute("pagingcookie"), Plus::literal);
    return percent_decode(once.value(), Plus::literal).value();
}

}  // namespace

TEST_CASE("FetchXML asks for the same as the options of OData", "[odata]") {
    const auto same = [](const std::string& xml, const std::string& options) {
        CHECK(digest_of(url(xml)) == digest_of(secrets + options));
    };
    same(of_entity("<all-attributes/>"), "");
    same(of_entity(""), "");
    same(
        of_entity("<attribute name=\"msdyn_name\"/><attribute name=\"ownerid\"/>"),
        "?$select=msdyn_name,_ownerid_value"
    );
    same(
        of_entity(
            "<order attribute=\"msdyn_name\"/><order attribute=\"createdon\" descending=\"true\"/>"
        ),
        "?$orderby=msdyn_name,createdon%20desc"
    );
    same(of_entity("", "top=\"3\""), "?$top=3");
    const auto id = std::string(id_text);
    const std::pair<std::string, std::string> conditions[] = {
        {condition("msdyn_name", "eq", "a&apos;b"), "msdyn_name eq 'a''b'"},
        {condition("statecode", "ne", "1"), "statecode ne 1"},
        {condition("statecode", "neq", "1"), "statecode ne 1"},
        {condition("createdon", "lt", "2026-01-02"), "createdon lt 2026-01-02"},
        {condition("createdon", "ge", "2026-01-02T03:04:05Z"), "createdon ge 2026-01-02T03:04:05Z"},
        {condition("msdyn_name", "null"), "msdyn_name eq null"},
        {condition("msdyn_name", "not-null"), "msdyn_name ne null"},
        {condition("msdyn_name", "begins-with", "a"), "startswith(msdyn_name,'a')"},
        {condition("msdyn_name", "not-end-with", "a"), "not endswith(msdyn_name,'a')"},
        {condition("ownerid", "eq", "{" + id + "}"), "_ownerid_value eq " + id},
        {condition("ownerid", "eq-userid"),
         "Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')"},
        {condition("createdon", "last-x-days", "7"),
         "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=7)"},
        {"<condition attribute=\"statecode\" "
         "operator=\"in\"><value>0</value><value>1</value></condition>",
         "Microsoft.Dynamics.CRM.In(PropertyName='statecode',PropertyValues=[\"0\",\"1\"])"},
        {condition("statecode", "eq", "0") + condition("msdyn_name", "eq", "a"),
         "statecode eq 0 and msdyn_name eq 'a'"},
        {"<filter type=\"or\">" + condition("statecode", "eq", "0") +
             condition("msdyn_name", "eq", "a") + "</filter>",
         "statecode eq 0 or msdyn_name eq 'a'"},
    };
    for (const auto& [xml, filter] : conditions) {
        INFO(xml);
        CHECK(
            digest_of(url(filtered(xml))) ==
            digest_of(secrets + "?$filter=" + percent_encode(filter))
        );
    }
    same(filtered(""), "");
}

TEST_CASE("plus and percent encoding both stand for blanks in fetchXml", "[odata]") {
    const auto xml = of_entity("<attribute name=\"msdyn_name\"/>");
    auto plus = percent_encode(xml);
    for (auto at = plus.find("%20"); at != std::string::npos; at = plus.find("%20")) {
        plus.replace(at, 3, "+");
    }
    CHECK(digest_of(secrets + "?fetchXml=" + plus) == digest_of(url(xml)));
}

TEST_CASE("a sealed column is shown by FetchXML and never asked about", "[odata]") {
    const auto token = std::string("msdyn_useraccesstoken");
    CHECK(refused_fetch(of_entity("<attribute name=\"" + token + "\"/>")) == Errc::count_);
    CHECK(refused_fetch(filtered(condition(token, "eq", "x"))) == Errc::sealed_in_query);
    CHECK(refused_fetch(filtered(condition(token, "not-null"))) == Errc::sealed_in_query);
    CHECK(
        refused_fetch(of_entity("<order attribute=\"" + token + "\"/>")) == Errc::sealed_in_query
    );
}

TEST_CASE("FetchXML that is not well formed, or not known, is refused", "[odata]") {
    for (const auto& xml :
         {std::string{},
          std::string{"<fetch>"},
          std::string{"<fetch/>"},
          std::string{"<entity name=\"msdyn_octwitterhandlesecret\"/>"},
          std::string{"<fetch><entity/></fetch>"},
          of_entity("") + of_entity(""),
          of_entity("<banana/>"),
          of_entity("", "banana=\"1\""),
          of_entity("", "top=\"0\""),
          of_entity("", "top=\"5001\""),
          of_entity("", "top=\"3\" count=\"2\""),
          of_entity("", "count=\"0\""),
          of_entity("", "page=\"0\""),
          of_entity("", "top=\"x\""),
          of_entity("<attribute/>"),
          of_entity("<order attribute=\"msdyn_name\" descending=\"banana\"/>"),
          filtered(condition("msdyn_name", "banana", "a")),
          filtered(condition("msdyn_name", "eq")),
          filtered(condition("statecode", "eq", "zero")),
          filtered(condition("statecode", "like", "0")),
          filtered(condition("ownerid", "gt", std::string(id_text))),
          filtered(condition("createdon", "last-x-days", "0")),
          filtered(condition("msdyn_name", "last-x-days", "1")),
          of_entity("<filter type=\"xor\"/>")}) {
        INFO(xml);
        CHECK(refused_fetch(xml) == Errc::malformed);
    }
    CHECK(refused_fetch(filtered(condition("banana", "eq", "a"))) == Errc::unknown_property);
    CHECK(refused_fetch(of_entity("<attribute name=\"a,b\"/>")) == Errc::unknown_property);
    CHECK(refused_fetch("<fetch><entity name=\"account\"/></fetch>") == Errc::other_table);
}

TEST_CASE("what FetchXML has and this service does not is said", "[odata]") {
    CHECK(refused_fetch(filtered(condition("createdon", "this-fiscal-year"))) == Errc::unsupported);
    CHECK(
        refused_fetch(of_entity("", "distinct=\"false\" no-lock=\"true\" version=\"1.0\"")) ==
        Errc::count_
    );
}

TEST_CASE(
    "FetchXML alone asks for what was deleted or retained, and for nothing beside it", "[odata]"
) {
    const auto [name, source] = GENERATE(
        std::pair{"bin", messages::RowSource::deleted},
        std::pair{"retained", messages::RowSource::retained}
    );
    const auto named = "datasource=\"" + std::string(name) + "\"";
    const auto xml = of_entity("<attribute name=\"msdyn_name\"/>", named);
    const auto read = parsed("GET", url(xml));
    const auto* list = message_if<RetrieveMultiple>(read);
    REQUIRE(list != nullptr);
    CHECK(list->source == source);
    CHECK(digest_of(url(xml)) != digest_of(url(of_entity("<attribute name=\"msdyn_name\"/>"))));
    CHECK(
        message<RetrieveMultiple>(parsed("GET", url(of_entity("")))).source ==
        messages::RowSource::live
    );
    const auto linked = std::string("<link-entity name=\"msdyn_octwitterhandle\" ") +
                        "from=\"msdyn_octwitterhandleid\" to=\"msdyn_octwitterhandleid\"/>";
    CHECK(refused_fetch(of_entity(linked, named)) == Errc::unsupported);
    CHECK(refused_fetch(of_entity("", named + " distinct=\"true\"")) == Errc::unsupported);
    const auto counted =
        std::string("<attribute name=\"msdyn_name\" alias=\"n\" ") + "aggregate=\"count\"/>";
    CHECK(refused_fetch(of_entity(counted, named + " aggregate=\"true\"")) == Errc::unsupported);
    CHECK(refused_fetch(of_entity("", "datasource=\"live\"")) == Errc::malformed);
}

TEST_CASE("FetchXML stands beside no other option, and at a whole table alone", "[odata]") {
    for (const char* more :
         {"&$select=msdyn_name",
          "&$filter=statecode%20eq%200",
          "&$top=1",
          "&$orderby=msdyn_name"}) {
        CHECK(refused_fetch(of_entity(""), more) == Errc::malformed);
    }
    const auto xml = "?fetchXml=" + percent_encode(of_entity(""));
    CHECK(refused("GET", secrets + "(" + id_text + ")" + xml) == Errc::malformed);
    CHECK(refused("GET", secrets + "/$count" + xml) == Errc::malformed);
}

TEST_CASE("FetchXML is bounded before anything is made of it", "[odata]") {
    const auto read = [](const std::string& xml) { return fetchxml::read_xml(xml).has_value(); };
    const auto deep = [](std::size_t levels) {
        return repeated("<a>", levels) + repeated("</a>", levels);
    };
    CHECK(read(deep(fetchxml::elements_deep)));
    CHECK_FALSE(read(deep(fetchxml::elements_deep + 1)));
    const auto many = [](std::size_t elements) {
        return "<a>" + repeated("<b/>", elements - 1) + "</a>";
    };
    CHECK(read(many(fetchxml::elements_max)));
    CHECK_FALSE(read(many(fetchxml::elements_max + 1)));
    const auto attributes = [](std::size_t count) {
        std::string out = "<a";
        for (std::size_t i = 0; i < count; ++i) out += " x" + std::to_string(i) + "=\"\"";
        return out + "/>";
    };
    CHECK(read(attributes(fetchxml::attributes_max)));
    CHECK_FALSE(read(attributes(fetchxml::attributes_max + 1)));
    const std::string frame = "<a></a>";
    CHECK(read("<a>" + std::string(fetchxml::fetch_bytes_max - frame.size(), 'x') + "</a>"));
    CHECK_FALSE(
        read("<a>" + std::string(fetchxml::fetch_bytes_max - frame.size() + 1, 'x') + "</a>")
    );
    // More than a URL has room for; a part of a batch has.
    const auto filters = [](const std::string& conditions) {
        const auto element = fetchxml::read_xml("<filter>" + conditions + "</filter>");
        REQUIRE(element);
        const auto& table = *schema::table("msdyn_octwitterhandlesecret");
        fetchxml::FilterCounts counts;
        return fetchxml::read_filters(table, {&*element, 1}, counts).has_value();
    };
    CHECK(filters(repeated(condition("msdyn_name", "null"), filter_terms_max)));
    CHECK_FALSE(filters(repeated(condition("msdyn_name", "null"), filter_terms_max + 1)));
    const auto listed = [&](std::size_t values) {
        return filters(
            "<condition attribute=\"msdyn_name\" operator=\"in\">" +
            repeated("<value>a</value>", values) + "</condition>"
        );
    };
    CHECK(listed(filter_values_max));
    CHECK_FALSE(listed(filter_values_max + 1));
    const auto nested = [](std::size_t levels) {
        return of_entity(
            repeated("<filter>", levels) + condition("msdyn_name", "null") +
            repeated("</filter>", levels)
        );
    };
    CHECK(refused_fetch(nested(32)) == Errc::count_);
    CHECK(refused_fetch(nested(33)) == Errc::malformed);
}

TEST_CASE("FetchXML has no document type and no entities of its own", "[odata]") {
    CHECK_FALSE(fetchxml::read_xml("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"));
    CHECK_FALSE(fetchxml::read_xml("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"));
    CHECK_FALSE(fetchxml::read_xml("<a>&b;</a>"));
    const auto five = fetchxml::read_xml("<a>&lt;&gt;&amp;&quot;&apos;&#65;</a>");
    REQUIRE(five);
    CHECK(five->text == "<>&\"'A");
}

TEST_CASE("a paging cookie comes back as clients send it", "[odata]") {
    const std::string token{"\x00\x01token\xFF", 8};
    const auto outer = fetchxml::wrap_cookie(1, token);
    const auto parts = fetchxml::read_xml(outer);
    REQUIRE(parts);
    CHECK(*parts->attribute("pagenumber") == "2");
    CHECK(*parts->attribute("istracking") == "False");
    const auto once = percent_decode(*parts->attribute("pagingcookie"), Plus::literal);
    REQUIRE(once);
    const auto twice = percent_decode(*once, Plus::literal);
    REQUIRE(twice);
    CHECK(twice->starts_with("<cookie page=\"1\">"));
    const auto cookie = fetchxml::unwrap_cookie(*twice);
    REQUIRE(cookie);
    CHECK(cookie->token == token);
    CHECK(cookie->page == 1);
    CHECK(fetchxml::unwrap_cookie(cookie_of(123'456'789, token))->page == 123'456'789);
    const auto result = parsed(
        "GET",
        url(of_entity("", "page=\"2\" count=\"7\" paging-cookie=\"" + escaped(*twice) + "\""))
    );
    const auto* list = message_if<RetrieveMultiple>(result);
    REQUIRE(list != nullptr);
    CHECK(list->paging_token == token);
    CHECK(list->page_size == 7);
    CHECK(result.context.page_number == 2);
    CHECK(result.context.fetch == FetchPages::by_cookie);
    for (const char* bad :
         {"",
          "x",
          "<cookie page=\"1\"></cookie>",
          "<cookie page=\"1\"><token></token></cookie>",
          "<cookie page=\"x\"><token>AA</token></cookie>",
          "<cookie page=\"\"><token>AA</token></cookie>",
          "<cookie page=\"0\"><token>AA</token></cookie>",
          "<cookie page=\"01\"><token>AA</token></cookie>",
          "<cookie page=\"-1\"><token>AA</token></cookie>",
          "<cookie page=\"1234567890\"><token>AA</token></cookie>"}) {
        INFO(bad);
        CHECK_FALSE(fetchxml::unwrap_cookie(bad));
    }
}

TEST_CASE("a paging cookie leads to the page after its own, and to no other", "[odata]") {
    const std::string token{"\x01token"};
    const auto asked = [&](std::uint32_t of, const std::string& more) {
        const auto attribute = " paging-cookie=\"" + escaped(cookie_of(of, token)) + "\"";
        return url(of_entity("", more + attribute));
    };

    struct Case {
        std::uint32_t cookie;
        std::string page;
        std::uint32_t expected;
        bool by_cookie;
    };

    const Case cases[] = {
        {1, "page=\"2\"", 2, true},
        {7, "page=\"8\"", 8, true},
        {1, "", 2, true},
        {4, "count=\"2\"", 5, true},
        {1, "page=\"1\"", 1, false},
        {3, "page=\"2\"", 2, false},
        {1, "page=\"3\"", 3, false},
        {2, "page=\"2\"", 2, false},
    };
    for (const auto& [of, page, expected, by_cookie] : cases) {
        INFO(of << ' ' << page);
        const auto result = parsed("GET", asked(of, page));
        const auto* query = message_if<RetrieveMultiple>(result);
        REQUIRE(query != nullptr);
        CHECK(query->paging_token == (by_cookie ? token : ""));
        CHECK(query->page == (by_cookie ? 1 : expected));
        CHECK(result.context.page_number == expected);
        CHECK(result.context.fetch == FetchPages::by_cookie);
    }
    // Any page by its cookie; without, as far as one goes without any.
    CHECK(refused("GET", asked(11, "page=\"12\"")) == Errc::count_);
    CHECK(refused("GET", asked(1, "page=\"11\"")) == Errc::count_);
    CHECK(refused("GET", asked(1, "page=\"12\"")) == Errc::paging_limit);
    CHECK(refused("GET", asked(12, "page=\"12\"")) == Errc::paging_limit);
    // A cookie that means nothing must still be one.
    const auto bad = url(of_entity("", "page=\"1\" paging-cookie=\"x\""));
    CHECK(refused("GET", bad) == Errc::bad_paging_token);
}

}  // namespace fetchxml_test
