// FetchXML as clients spell it: what means the same, what means nothing, and what stays refused.
#include "fetch_for_test.hpp"
#include "odata/fetchxml/fetch_element.hpp"
#include "odata/fetchxml/fetch_filter.hpp"
#include "odata/request/query_function.hpp"

#include <catch2/catch.hpp>

#include <string_view>
#include <utility>
#include <variant>

namespace fetch_spelling_test {

using namespace rookery;
using namespace rookery::odata;
using namespace rookery::odata::fetch_for_test;

TEST_CASE("what FetchXML says without asking for anything changes no query", "[odata]") {
    const auto plain = digest_of(url(of_entity("")));
    for (const char* attributes :
         {"xmlns:generator=\"MarkMpn.SQL4CDS\"",
          "xmlns=\"urn:x\"",
          "savedqueryid=\"00000000-0000-0000-00aa-000010001002\"",
          "utc-offset=\"60\"",
          "min-active-row-version=\"false\"",
          "min-active-row-version=\"False\"",
          "returntotalrecordcount=\"False\"",
          "distinct=\"FALSE\""}) {
        INFO(attributes);
        CHECK(digest_of(url(of_entity("", attributes))) == plain);
    }
    const auto entity = std::string(
        "<fetch><entity name=\"msdyn_octwitterhandlesecret\" xmlns:a=\"b\" "
        "enableprefiltering=\"1\" prefilterparametername=\"CRM_x\">"
        "<filter xmlns:a=\"b\"><condition xmlns:a=\"b\" attribute=\"statecode\" operator=\"eq\" "
        "value=\"0\"/></filter></entity></fetch>"
    );
    CHECK(digest_of(url(entity)) == digest_of(secrets + "?$filter=statecode%20eq%200"));
    CHECK(
        digest_of(url(of_entity(
            "<attribute name=\"msdyn_name\" build=\"1.504021\" addedby=\"x\" xmlns:a=\"b\"/>"
        ))) == digest_of(secrets + "?$select=msdyn_name")
    );
    CHECK(refused_fetch(of_entity("", "min-active-row-version=\"true\"")) == Errc::unsupported);
    for (const char* attributes :
         {"xmlnsx=\"a\"", "generator:x=\"a\"", "Xmlns=\"a\"", "SavedQueryId=\"a\""}) {
        INFO(attributes);
        CHECK(refused_fetch(of_entity("", attributes)) == Errc::malformed);
    }
}

TEST_CASE("a filter of quick find is one by its type", "[odata]") {
    const auto terms = condition("msdyn_name", "like", "a%") + condition("statecode", "eq", "0");
    const auto same = [&](const std::string& attributes, const std::string& type) {
        CHECK(
            digest_of(url(of_entity("<filter " + attributes + ">" + terms + "</filter>"))) ==
            digest_of(url(of_entity("<filter type=\"" + type + "\">" + terms + "</filter>")))
        );
    };
    for (const char* flag : {"1", "true", "True", "0"}) {
        const auto quick = " isquickfindfields=\"" + std::string(flag) + "\"";
        same("type=\"or\"" + quick, "or");
        same("type=\"and\"" + quick, "and");
        same(quick, "and");
        same("overridequickfindrecordlimitenabled=\"1\" type=\"or\"" + quick, "or");
    }
}

TEST_CASE("flags of FetchXML are true, false, 1 and 0, with capitals too", "[odata]") {
    const auto ordered = [](const std::string& flag) {
        return url(of_entity("<order attribute=\"createdon\" descending=\"" + flag + "\"/>"));
    };
    const auto up = digest_of(secrets + "?$orderby=createdon");
    const auto down = digest_of(secrets + "?$orderby=createdon%20desc");
    for (const char* no : {"false", "False", "FALSE", "0"}) CHECK(digest_of(ordered(no)) == up);
    for (const char* yes : {"true", "True", "TRUE", "1"}) CHECK(digest_of(ordered(yes)) == down);
    for (const char* bad : {"", "yes", "2", "tru", "truee", "null"}) {
        CHECK(refused("GET", ordered(bad)) == Errc::malformed);
    }
    const auto& users = *schema::table("systemuser");
    const auto filter_of = [&](const std::string& value) {
        const auto element =
            fetchxml::read_xml("<filter>" + condition("isdisabled", "eq", value) + "</filter>");
        fetchxml::FilterCounts counts;
        const auto filter = fetchxml::read_filters(users, {&element.value(), 1}, counts);
        if (!filter) return std::string{"refused"};
        const auto& compared = std::get<messages::Compare>((*filter)->node);
        return std::string{
            std::get<bool>(std::get<storage::Value>(compared.operand)) ? "yes" : "no"};
    };
    for (const char* no : {"false", "False", "FALSE", "0"}) CHECK(filter_of(no) == "no");
    for (const char* yes : {"true", "True", "TRUE", "1"}) CHECK(filter_of(yes) == "yes");
    for (const char* bad : {"yes", "2", "null"}) CHECK(filter_of(bad) == "refused");
}

TEST_CASE("a date of FetchXML may have no zone, which is UTC then", "[odata]") {
    const auto asked = [](const std::string& op, const std::string& value) {
        return url(filtered(condition("createdon", op, value)));
    };
    for (const char* noon :
         {"2027-08-05T12:00:00Z",
          "2027-08-05T12:00:00",
          "2027-08-05T12:00",
          "2027-08-05T12:00:00.0000000",
          "2027-08-05 12:00:00",
          "2027-08-05 12:00:00.123",
          "2027-08-05 12:00:00Z",
          "2027-08-05T14:00:00+02:00"}) {
        INFO(noon);
        CHECK(digest_of(asked("ge", noon)) == digest_of(asked("ge", "2027-08-05T12:00:00Z")));
        CHECK(digest_of(asked("on", noon)) == digest_of(asked("on", "2027-08-05T12:00:00Z")));
    }
    const auto between = [](const std::string& from, const std::string& to) {
        return url(filtered(
            "<condition attribute=\"createdon\" operator=\"between\"><value>" + from +
            "</value><value>" + to + "</value></condition>"
        ));
    };
    CHECK(
        digest_of(between("2027-08-05 12:00:00", "2027-08-06T00:00:00")) ==
        digest_of(between("2027-08-05T12:00:00Z", "2027-08-06"))
    );
    for (const char* bad :
         {"08/31/2027",
          "2027-08-05  12:00:00",
          "2027-08-05 ",
          "2027-08-05T",
          "2027-08-05x12:00:00",
          "2027-13-05T12:00:00",
          "2027-08-05T24:00:00",
          "2027-08-05T12:00:00ZZ",
          "2027-08-05T12:00:00+02:00Z",
          "2027-08-05T12:00:00.1234567890",
          "now"}) {
        INFO(bad);
        CHECK(refused("GET", asked("ge", bad)) == Errc::malformed);
        CHECK(refused("GET", asked("on-or-before", bad)) == Errc::malformed);
    }
    CHECK(
        refused("GET", secrets + "?$filter=createdon%20ge%202027-08-05T12:00:00") == Errc::malformed
    );
}

TEST_CASE("a value beside an operator that takes none means nothing", "[odata]") {
    struct Case {
        std::string column;
        std::string op;
    };

    const Case cases[] = {
        {"msdyn_name", "null"},
        {"statecode", "not-null"},
        {"ownerid", "eq-userid"},
        {"ownerid", "eq-userteams"},
        {"createdon", "today"},
        {"createdon", "last-seven-days"},
    };
    for (const auto& one : cases) {
        INFO(one.op);
        const auto plain = digest_of(url(filtered(condition(one.column, one.op))));
        CHECK(digest_of(url(filtered(condition(one.column, one.op, "0")))) == plain);
        const auto with = [&](const std::string& attribute, const std::string& inside) {
            return url(filtered(
                "<condition attribute=\"" + one.column + "\" operator=\"" + one.op + "\"" +
                attribute + ">" + inside + "</condition>"
            ));
        };
        CHECK(digest_of(with(" value=\"\"", "")) == plain);
        CHECK(digest_of(with("", "<value>a</value><value>b</value>")) == plain);
        CHECK(refused("GET", with(" valueof=\"msdyn_name\"", "")) == Errc::malformed);
        CHECK(refused("GET", with("", "<banana/>")) == Errc::malformed);
    }
    // The others take as many as they say.
    const auto two = "<value>1</value><value>2</value>";
    for (const char* op : {"eq", "last-x-days", "like"}) {
        INFO(op);
        const auto* const column = std::string_view(op) == "like" ? "msdyn_name" : "createdon";
        CHECK(
            refused_fetch(filtered(
                "<condition attribute=\"" + std::string(column) + "\" operator=\"" + op + "\">" +
                two + "</condition>"
            )) == Errc::malformed
        );
    }
    CHECK(refused_fetch(filtered(condition("createdon", "last-x-days"))) == Errc::malformed);
    // Nor does it make a list of any length.
    const auto element = fetchxml::read_xml(
        "<filter><condition attribute=\"msdyn_name\" operator=\"null\">" +
        repeated("<value>a</value>", filter_values_max + 1) + "</condition></filter>"
    );
    REQUIRE(element);
    fetchxml::FilterCounts counts;
    CHECK_FALSE(fetchxml::read_filters(
        *schema::table("msdyn_octwitterhandlesecret"), {&*element, 1}, counts
    ));
}

}  // namespace fetch_spelling_test
