// Aggregates, distinct rows, names and pages in FetchXML: what they become, and what is refused.
#include "base/percent_encode.hpp"
#include "odata/request/selection.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

namespace fetchxml_aggregate_test {

using namespace rookery;
using namespace rookery::odata;
using messages::AggregateFunction;
using messages::DatePart;
using messages::RetrieveAggregate;
using messages::RetrieveMultiple;

namespace {

std::string url(const std::string& inside, const std::string& attributes) {
    return secrets + "?fetchXml=" +
           percent_encode(
               "<fetch " + attributes + "><entity name=\"msdyn_octwitterhandlesecret\">" + inside +
               "</entity></fetch>"
           );
}

std::string term(const std::string& name, const std::string& alias, const std::string& more) {
    return "<attribute name=\"" + name + "\" alias=\"" + alias + "\" " + more + "/>";
}

const std::string count_rows = term("statecode", "n", "aggregate=\"count\"");

RetrieveAggregate aggregated(const std::string& inside, const std::string& more = {}) {
    INFO(inside);
    return message<RetrieveAggregate>(parsed("GET", url(inside, "aggregate=\"true\" " + more)));
}

Errc refused_terms(const std::string& inside, const std::string& more = {}) {
    INFO(inside);
    return refused("GET", url(inside, "aggregate=\"true\" " + more));
}

Errc refused_fetch(const std::string& inside, const std::string& attributes = {}) {
    INFO(inside);
    return refused("GET", url(inside, attributes));
}

std::string attribute(const std::string& name, const std::string& more = {}) {
    return "<attribute name=\"" + name + "\" " + more + "/>";
}

}  // namespace

TEST_CASE("each aggregate of FetchXML is one function", "[odata][aggregate]") {
    const std::pair<std::string, AggregateFunction> all[] = {
        {"avg", AggregateFunction::average},
        {"countcolumn", AggregateFunction::count_column},
        {"max", AggregateFunction::max},
        {"min", AggregateFunction::min},
        {"sum", AggregateFunction::sum},
    };
    for (const auto& [name, function] : all) {
        const auto out =
            aggregated(term("importsequencenumber", "a", "aggregate=\"" + name + "\""));
        CHECK(out.aggregation.aggregates.at(0).function == function);
        CHECK(out.aggregation.aggregates.at(0).column->name == "importsequencenumber");
        CHECK(out.aggregation.aggregates.at(0).name == "a");
    }
    const auto rows = aggregated(count_rows);
    CHECK(rows.aggregation.aggregates.at(0).function == AggregateFunction::count);
    CHECK(rows.aggregation.aggregates.at(0).column == nullptr);
    const auto unlike =
        aggregated(term("ownerid", "a", "aggregate=\"countcolumn\" distinct=\"true\""));
    CHECK(unlike.aggregation.aggregates.at(0).function == AggregateFunction::count_distinct);
    CHECK(refused_terms(term("msdyn_name", "a", "aggregate=\"median\"")) == Errc::malformed);
    CHECK(
        refused_terms(term("msdyn_name", "a", "aggregate=\"count\" distinct=\"true\"")) ==
        Errc::malformed
    );
}

TEST_CASE("FetchXML groups by columns and by parts of dates", "[odata][aggregate]") {
    const auto out = aggregated(term("ownerid", "owner", "groupby=\"true\"") + count_rows);
    REQUIRE(out.aggregation.keys.size() == 1);
    CHECK(out.aggregation.keys[0].column->name == "ownerid");
    CHECK(out.aggregation.keys[0].name == "owner");
    const std::pair<std::string, DatePart> all[] = {
        {"day", DatePart::day},
        {"week", DatePart::week},
        {"month", DatePart::month},
        {"quarter", DatePart::quarter},
        {"year", DatePart::year},
    };
    for (const auto& [name, part] : all) {
        const auto grouped =
            aggregated(term("createdon", "when", "groupby=\"true\" dategrouping=\"" + name + "\""));
        CHECK(grouped.aggregation.keys.at(0).part == part);
    }
    const auto date = [](const std::string& more) {
        return term("createdon", "when", "groupby=\"true\" " + more);
    };
    CHECK(refused_terms(date("dategrouping=\"fiscal-year\"")) == Errc::unsupported);
    CHECK(refused_terms(date("dategrouping=\"fiscal-period\"")) == Errc::unsupported);
    CHECK(refused_terms(date("dategrouping=\"hour\"")) == Errc::malformed);
    CHECK(refused_terms(date("")) == Errc::malformed);
    CHECK(
        refused_terms(term("statecode", "s", "groupby=\"true\" dategrouping=\"day\"")) ==
        Errc::malformed
    );
    CHECK(
        refused_terms(term("createdon", "s", "aggregate=\"max\" dategrouping=\"day\"")) ==
        Errc::malformed
    );
    CHECK(
        refused_terms(term("statecode", "s", "groupby=\"true\" aggregate=\"count\"")) ==
        Errc::malformed
    );
    CHECK(
        aggregated(date("dategrouping=\"day\" usertimezone=\"false\"")).aggregation.keys.size() == 1
    );
}

TEST_CASE(
    "a sealed column is in no place of a FetchXML aggregation, for anybody", "[odata][aggregate]"
) {
    for (const std::string column : {"msdyn_useraccesstoken", "msdyn_useraccesstokensecret"}) {
        for (const std::string how :
             {"aggregate=\"count\"",
              "aggregate=\"countcolumn\"",
              "aggregate=\"max\"",
              "aggregate=\"countcolumn\" distinct=\"true\"",
              "groupby=\"true\""}) {
            CHECK(refused_terms(term(column, "a", how)) == Errc::sealed_in_query);
        }
        CHECK(refused_fetch(attribute(column), "distinct=\"true\"") == Errc::sealed_in_query);
        CHECK(
            refused_fetch(attribute("msdyn_name") + attribute(column), "distinct=\"true\"") ==
            Errc::sealed_in_query
        );
        CHECK(
            refused_fetch(
                "<filter><condition attribute=\"msdyn_name\" operator=\"eq\" valueof=\"" + column +
                "\"/></filter>"
            ) == Errc::sealed_in_query
        );
        CHECK(
            refused_terms(count_rows + "<order attribute=\"" + column + "\"/>") == Errc::malformed
        );
    }
}

TEST_CASE(
    "every term of a FetchXML aggregation has a name of its own and suits its column",
    "[odata][aggregate]"
) {
    CHECK(refused_terms(attribute("statecode", "aggregate=\"count\"")) == Errc::malformed);
    CHECK(refused_terms(term("statecode", "a b", "aggregate=\"count\"")) == Errc::malformed);
    CHECK(refused_terms(term("statecode", "a", "")) == Errc::malformed);
    CHECK(refused_terms("<all-attributes/>") == Errc::malformed);
    CHECK(refused_terms("") == Errc::malformed);
    CHECK(refused_terms(count_rows + count_rows) == Errc::duplicate_alias);
    CHECK(
        refused_terms(term("statecode", "n", "groupby=\"true\"") + count_rows) ==
        Errc::duplicate_alias
    );
    CHECK(refused_terms(term("msdyn_name", "a", "aggregate=\"sum\"")) == Errc::unsuitable_function);
    CHECK(refused_terms(term("statecode", "a", "aggregate=\"avg\"")) == Errc::unsuitable_function);
    CHECK(refused_terms(term("nosuch", "a", "aggregate=\"count\"")) == Errc::unknown_property);
    // Unlike in $apply a term may have the name of its column.
    CHECK(
        aggregated(term("statecode", "statecode", "groupby=\"true\"")).aggregation.keys.size() == 1
    );
    CHECK(
        refused_terms(term("statecode", "a", "rowaggregate=\"CountChildren\"")) == Errc::unsupported
    );
}

TEST_CASE("a FetchXML aggregation is ordered by names of its terms", "[odata][aggregate]") {
    const auto terms = term("ownerid", "owner", "groupby=\"true\"") + count_rows;
    const auto out =
        aggregated("<order alias=\"n\" descending=\"true\"/>" + terms + "<order alias=\"owner\"/>");
    REQUIRE(out.aggregation.order.size() == 2);
    CHECK(out.aggregation.order[0].term == 1);
    CHECK(out.aggregation.order[0].descending);
    CHECK(out.aggregation.order[1].term == 0);
    CHECK(refused_terms(terms + "<order alias=\"other\"/>") == Errc::malformed);
    CHECK(refused_terms(terms + "<order attribute=\"ownerid\"/>") == Errc::malformed);
    std::string many = terms;
    for (std::size_t i = 0; i < orderby_max; ++i) many += "<order alias=\"n\"/>";
    CHECK(refused_terms(many) == Errc::count_);
    CHECK(refused_terms(many + "<order alias=\"n\"/>") == Errc::malformed);
}

TEST_CASE(
    "aggregatelimit lowers the number of rows, and is of aggregations", "[odata][aggregate]"
) {
    CHECK(aggregated(count_rows).aggregation.rows_max == 50'000);
    CHECK(aggregated(count_rows, "aggregatelimit=\"10\"").aggregation.rows_max == 10);
    CHECK(refused_terms(count_rows, "aggregatelimit=\"0\"") == Errc::malformed);
    CHECK(refused_terms(count_rows, "aggregatelimit=\"50000\"") == Errc::count_);
    CHECK(refused_terms(count_rows, "aggregatelimit=\"50001\"") == Errc::malformed);
    CHECK(refused_fetch("", "aggregatelimit=\"10\"") == Errc::malformed);
}

TEST_CASE("pages and tops of a FetchXML aggregation are those of a list", "[odata][aggregate]") {
    CHECK(aggregated(count_rows, "top=\"3\"").top == 3U);
    const auto paged = aggregated(count_rows, "count=\"2\" page=\"3\"");
    CHECK(paged.page_size == 2);
    CHECK(paged.page == 3);
    const auto with_cookie = [&](const std::string& fetch, const std::string& page) {
        const std::string cookie =
            "&lt;cookie page=\"1\"&gt;&lt;token&gt;dG9rZW4&lt;/token&gt;&lt;/cookie&gt;";
        const auto more = fetch + " count=\"2\" paging-cookie='" + cookie + "' " + page;
        const auto inside = fetch.starts_with("a") ? count_rows : attribute("msdyn_name");
        return message<RetrieveAggregate>(parsed("GET", url(inside, more)));
    };
    for (const char* fetch : {"aggregate=\"true\"", "distinct=\"true\""}) {
        for (const char* page : {"", "page=\"2\""}) {
            CHECK(with_cookie(fetch, page).paging_token == "token");
            CHECK(with_cookie(fetch, page).page == 1);
        }
        for (const auto& [page, number] : {std::pair{"page=\"1\"", 1U}, {"page=\"3\"", 3U}}) {
            CHECK(with_cookie(fetch, page).paging_token.empty());
            CHECK(with_cookie(fetch, page).page == number);
        }
    }
    CHECK(refused_terms(count_rows, "returntotalrecordcount=\"true\"") == Errc::malformed);
    CHECK(refused_terms(count_rows, "top=\"3\" count=\"2\"") == Errc::malformed);
    CHECK(aggregated(count_rows, "distinct=\"false\" mapping=\"logical\"").aggregation.keys.empty()
    );
}

TEST_CASE("what is of aggregations alone is refused in other FetchXML", "[odata][aggregate]") {
    CHECK(refused_fetch(count_rows) == Errc::malformed);
    CHECK(refused_fetch(attribute("statecode", "groupby=\"true\"")) == Errc::malformed);
    CHECK(refused_fetch(attribute("statecode", "distinct=\"true\"")) == Errc::malformed);
    CHECK(refused_fetch(attribute("createdon", "dategrouping=\"day\"")) == Errc::malformed);
    CHECK(refused_fetch("<order alias=\"n\"/>") == Errc::malformed);
    CHECK(
        refused_fetch(attribute("statecode", "groupby=\"false\""), "aggregate=\"false\"") ==
        Errc::count_
    );
}

TEST_CASE(
    "distinct rows are groups of their columns, unless the row's id is among them",
    "[odata][aggregate]"
) {
    const auto out = message<RetrieveAggregate>(parsed(
        "GET",
        url(attribute("msdyn_name") + attribute("ownerid", "alias=\"who\"") +
                "<order attribute=\"ownerid\" descending=\"true\"/>",
            "distinct=\"true\"")
    ));
    CHECK(out.aggregation.distinct);
    REQUIRE(out.aggregation.keys.size() == 2);
    CHECK(out.aggregation.keys[0].name == "msdyn_name");
    CHECK(out.aggregation.keys[1].name == "who");
    CHECK(out.aggregation.aggregates.empty());
    REQUIRE(out.aggregation.order.size() == 1);
    CHECK(out.aggregation.order[0].term == 1);
    CHECK(out.aggregation.order[0].descending);
    for (const auto& all :
         {std::string{},
          std::string("<all-attributes/>"),
          attribute("msdyn_name") + attribute("msdyn_octwitterhandlesecretid")}) {
        CHECK(is_message<RetrieveMultiple>(parsed("GET", url(all, "distinct=\"true\""))));
    }
    CHECK(
        refused_fetch(
            attribute("msdyn_name") + "<order attribute=\"createdon\"/>", "distinct=\"true\""
        ) == Errc::malformed
    );
    CHECK(
        refused_fetch(
            attribute("msdyn_name"), "distinct=\"true\" returntotalrecordcount=\"true\""
        ) == Errc::malformed
    );
}

TEST_CASE(
    "a column may have another name in the answer, and each name is one column's", "[odata]"
) {
    const auto result =
        parsed("GET", url(attribute("msdyn_name", "alias=\"n\"") + attribute("ownerid"), {}));
    REQUIRE(is_message<RetrieveMultiple>(result));
    REQUIRE(result.context.renamed.size() == 1);
    CHECK(result.context.renamed[0].first->name == "msdyn_name");
    CHECK(result.context.renamed[0].second == "n");
    CHECK(result.context.select == "n,_ownerid_value");
    const auto twice = [](const std::string& first, const std::string& second) {
        return refused_fetch(first + second);
    };
    CHECK(
        twice(attribute("msdyn_name", "alias=\"n\""), attribute("ownerid", "alias=\"n\"")) ==
        Errc::duplicate_alias
    );
    CHECK(
        twice(attribute("msdyn_name", "alias=\"_ownerid_value\""), attribute("ownerid")) ==
        Errc::duplicate_alias
    );
    CHECK(
        refused_fetch(attribute("msdyn_name", "alias=\"msdyn_octwitterhandlesecretid\"")) ==
        Errc::duplicate_alias
    );
    CHECK(
        twice(attribute("msdyn_name", "alias=\"n\""), attribute("msdyn_name", "alias=\"m\"")) ==
        Errc::malformed
    );
    CHECK(
        twice(attribute("msdyn_name", "alias=\"n\""), attribute("msdyn_name")) == Errc::malformed
    );
    CHECK(twice(attribute("msdyn_name"), attribute("msdyn_name")) == Errc::count_);
    CHECK(refused_fetch(attribute("msdyn_name", "alias=\"a b\"")) == Errc::malformed);
    CHECK(refused_fetch(attribute("msdyn_name", "alias=\"\"")) == Errc::malformed);
}

TEST_CASE("a page of FetchXML without its cookie begins behind at most 50,000 rows", "[odata]") {
    const auto page = [](const std::string& attributes) {
        return message<RetrieveMultiple>(parsed("GET", url({}, attributes)));
    };
    CHECK(page("page=\"2\" count=\"10\"").page == 2);
    CHECK(page("page=\"1\" count=\"10\"").page == 1);
    CHECK(page("page=\"11\"").page == 11);  // of 5,000 rows each
    CHECK(refused_fetch({}, "page=\"12\"") == Errc::paging_limit);
    CHECK(page("page=\"50001\" count=\"1\"").page == 50'001);
    CHECK(refused_fetch({}, "page=\"50002\" count=\"1\"") == Errc::paging_limit);
    CHECK(refused_terms(count_rows, "page=\"12\"") == Errc::paging_limit);
    CHECK(refused_fetch({}, "page=\"0\"") == Errc::malformed);
}

TEST_CASE("a condition compares a column with another of its row", "[odata]") {
    const auto with = [](const std::string& column, const std::string& op, const std::string& other
                      ) {
        return "<filter><condition attribute=\"" + column + "\" operator=\"" + op +
               "\" valueof=\"" + other + "\"/></filter>";
    };
    const auto digest = [](const std::string& target) {
        return message<RetrieveMultiple>(parsed("GET", target)).query_digest;
    };
    CHECK(
        digest(url(with("createdon", "lt", "modifiedon"), {})) ==
        digest(secrets + "?$filter=createdon%20lt%20modifiedon")
    );
    CHECK(
        digest(url(with("ownerid", "eq", "createdby"), {})) ==
        digest(secrets + "?$filter=_ownerid_value%20eq%20_createdby_value")
    );
    CHECK(refused_fetch(with("msdyn_name", "eq", "createdon")) == Errc::malformed);
    CHECK(refused_fetch(with("msdyn_name", "like", "msdyn_name")) == Errc::malformed);
    CHECK(refused_fetch(with("ownerid", "lt", "createdby")) == Errc::malformed);
    CHECK(refused_fetch(with("msdyn_name", "eq", "nosuch")) == Errc::unknown_property);
    CHECK(
        refused_fetch(
            "<filter><condition attribute=\"msdyn_name\" operator=\"eq\" valueof=\"msdyn_name\" "
            "value=\"a\"/></filter>"
        ) == Errc::malformed
    );
}

}  // namespace fetchxml_aggregate_test
