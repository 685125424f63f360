// The links of FetchXML: which of them ask the same as $filter, what they show, and what is refused.
#include "base/percent_encode.hpp"
#include "query/joins.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace fetch_link_test {

using namespace rookery;
using namespace rookery::odata;
using messages::RetrieveMultiple;

namespace {

const std::string children =
    "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid";
const std::string api = "/api/data/v9.2/";

std::string set_of(std::string_view table) {
    return api + std::string{schema::table(table)->set_name};
}

std::string fetch(std::string_view table, const std::string& inside, const std::string& more = {}) {
    return set_of(table) + "?fetchXml=" +
           percent_encode(
               "<fetch " + more + "><entity name=\"" + std::string{table} + "\">" + inside +
               "</entity></fetch>"
           );
}

messages::RetrieveAggregate aggregated(const std::string& url) {
    return message<messages::RetrieveAggregate>(parsed("GET", url));
}

std::string link(
    std::string_view to, std::string_view from_column, std::string_view to_column,
    const std::string& attributes, const std::string& inside = {}
) {
    return "<link-entity name=\"" + std::string{to} + "\" from=\"" + std::string{from_column} +
           "\" to=\"" + std::string{to_column} + "\" " + attributes + ">" + inside +
           "</link-entity>";
}

std::string to_handle(const std::string& attributes, const std::string& inside = {}) {
    return link(
        "msdyn_octwitterhandle",
        "msdyn_octwitterhandleid",
        "msdyn_octwitterhandleid",
        attributes,
        inside
    );
}

std::string to_children(const std::string& attributes, const std::string& inside = {}) {
    return link(
        "msdyn_octwitterhandlesecret",
        "msdyn_octwitterhandleid",
        "msdyn_octwitterhandleid",
        attributes,
        inside
    );
}

std::string typed(const std::string& type) { return "link-type=\"" + type + "\""; }

std::string filter(const std::string& inside) { return "<filter>" + inside + "</filter>"; }

std::string condition(
    const std::string& column, const std::string& op, const std::string& value = {},
    const std::string& alias = {}
) {
    return "<condition " + (alias.empty() ? std::string{} : "entityname=\"" + alias + "\" ") +
           "attribute=\"" + column + "\" operator=\"" + op + "\"" +
           (value.empty() ? std::string{} : " value=\"" + value + "\"") + "/>";
}

RetrieveMultiple list(const std::string& target) {
    INFO(target);
    const auto result = parsed("GET", target);
    const auto* out = message_if<RetrieveMultiple>(result);
    REQUIRE(out != nullptr);
    return *out;
}

std::string shape_of(const std::string& target) {
    const auto query = list(target);
    return query.filter ? messages::shape(*query.filter) : "none";
}

Errc secret_error(const std::string& inside, const std::string& more = {}) {
    return refused("GET", fetch("msdyn_octwitterhandlesecret", inside, more));
}

Errc handle_error(const std::string& inside, const std::string& more = {}) {
    return refused("GET", fetch("msdyn_octwitterhandle", inside, more));
}

bool same(const std::string& xml, std::string_view table, const std::string& odata) {
    return list(xml).query_digest ==
           list(set_of(table) + "?$filter=" + percent_encode(odata)).query_digest;
}

}  // namespace

TEST_CASE("a link in a filter asks the same as any and all", "[odata]") {
    const auto asks = [](const std::string& type, const std::string& odata) {
        const auto xml = fetch(
            "msdyn_octwitterhandle",
            filter(to_children(typed(type), filter(condition("statecode", "eq", "0"))))
        );
        INFO(type);
        CHECK(same(xml, "msdyn_octwitterhandle", odata));
    };
    const auto some = children + "/any(a:a/statecode eq 0)";
    asks("any", some);
    asks("not any", "not " + some);
    asks("not all", some);
    asks("all", children + "/any() and not " + some);
    CHECK(same(
        fetch("msdyn_octwitterhandle", filter(to_children(typed("any")))),
        "msdyn_octwitterhandle",
        children + "/any()"
    ));
}

TEST_CASE("a link that exists, or is in, asks for each row once", "[odata]") {
    for (const auto* type : {"exists", "in"}) {
        const auto xml = fetch(
            "msdyn_octwitterhandle",
            to_children(typed(type), filter(condition("msdyn_name", "eq", "a")))
        );
        CHECK(same(xml, "msdyn_octwitterhandle", children + "/any(a:a/msdyn_name eq 'a')"));
        CHECK(list(xml).expanded.empty());
        CHECK_FALSE(list(xml).pairs);
    }
}

TEST_CASE("an inner link to one row is a condition, and an outer one none", "[odata]") {
    const auto named = filter(condition("msdyn_name", "eq", "a"));
    CHECK(
        shape_of(fetch("msdyn_octwitterhandlesecret", to_handle("", named))) ==
        "msdyn_octwitterhandleid/any(msdyn_name eq ?)"
    );
    CHECK(
        shape_of(fetch("msdyn_octwitterhandlesecret", to_handle(typed("outer"), named))) == "none"
    );
    const auto further = link("systemuser", "systemuserid", "owninguser", typed("inner"));
    CHECK(
        shape_of(fetch(
            "msdyn_octwitterhandlesecret",
            filter(condition("statecode", "eq", "0")) + to_handle(typed("outer"), further)
        )) == "(statecode eq ? and msdyn_octwitterhandleid/any(owninguser/any()))"
    );
}

TEST_CASE("a condition may name a link to one row by its alias", "[odata]") {
    const auto asked = [](const std::string& attributes, const std::string& alias) {
        return fetch(
            "msdyn_octwitterhandlesecret",
            filter(condition("msdyn_name", "like", "a%", alias)) + to_handle(attributes)
        );
    };
    CHECK(
        shape_of(asked(typed("outer") + " alias=\"h\"", "h")) ==
        "like(msdyn_octwitterhandleid/msdyn_name,?)"
    );
    // Without one it is the table's name and which link it is.
    CHECK(
        shape_of(asked(typed("outer"), "msdyn_octwitterhandle1")) ==
        "like(msdyn_octwitterhandleid/msdyn_name,?)"
    );
    CHECK(
        shape_of(asked("alias=\"h\"", "h")) ==
        "(like(msdyn_octwitterhandleid/msdyn_name,?) and msdyn_octwitterhandleid/any())"
    );
    CHECK(refused("GET", asked("alias=\"h\"", "other")) == Errc::malformed);
    CHECK(refused("GET", asked("alias=\"a b\"", "a b")) == Errc::malformed);
    CHECK(
        same(
            asked(typed("outer") + " alias=\"h\"", "h"),
            "msdyn_octwitterhandlesecret",
            "startswith(msdyn_octwitterhandleid/msdyn_name,'a')"
        ) == false
    );
}

TEST_CASE("an outer link may be asked whether there is a row", "[odata]") {
    const auto missing = [](const std::string& op, const std::string& inside = {}) {
        return shape_of(fetch(
            "msdyn_octwitterhandle",
            filter(condition("msdyn_octwitterhandlesecretid", op, {}, "s")) +
                to_children(typed("outer") + " alias=\"s\"", inside)
        ));
    };
    CHECK(missing("null") == "not " + children + "/any()");
    CHECK(missing("not-null") == children + "/any()");
    CHECK(
        missing("null", filter(condition("statecode", "eq", "0"))) ==
        "not " + children + "/any(statecode eq ?)"
    );
}

TEST_CASE("conditions on a link to many rows stand in it", "[odata]") {
    CHECK(
        handle_error(
            filter(condition("msdyn_name", "eq", "a", "s")) + to_children("alias=\"s\"")
        ) == Errc::unsupported
    );
    CHECK(
        secret_error(
            filter(condition("msdyn_name", "eq", "a", "h")) +
            to_handle(typed("outer") + " alias=\"h\"", filter(condition("statecode", "eq", "0")))
        ) == Errc::unsupported
    );
    CHECK(
        secret_error(to_handle("alias=\"h\"", filter(condition("msdyn_name", "eq", "a", "h")))) ==
        Errc::unsupported
    );
    CHECK(
        handle_error(
            "<order attribute=\"msdyn_name\" entityname=\"s\"/>" + to_children("alias=\"s\"")
        ) == Errc::unsupported
    );
}

TEST_CASE("the two links of an N:N are one", "[odata]") {
    const auto over = [](const std::string& attributes, const std::string& inside) {
        return link("teammembership", "systemuserid", "systemuserid", attributes, inside);
    };
    const auto team = [](const std::string& attributes) {
        return link(
            "team", "teamid", "teamid", attributes, filter(condition("name", "eq", "Social"))
        );
    };
    const auto odata = "teammembership_association/any(t:t/name eq 'Social')";
    CHECK(same(
        fetch("systemuser", over(typed("exists") + " intersect=\"true\"", team(""))),
        "systemuser",
        odata
    ));
    CHECK(same(fetch("systemuser", filter(over(typed("any"), team("")))), "systemuser", odata));
    const auto joined = list(fetch("systemuser", over("intersect=\"true\"", team("alias=\"t\""))));
    CHECK(joined.pairs);
    REQUIRE(joined.expanded.size() == 1);
    CHECK(joined.expanded.front().path == "teammembership_association");
    CHECK(joined.expanded.front().to.front().table->name == "team");
    // By a column of the pairs themselves they are a table like another.
    const auto of_pairs = filter(condition("teamid", "eq", std::string{id_text}));
    CHECK(
        shape_of(fetch("systemuser", over(typed("exists"), of_pairs))) ==
        "teammembership/any(teamid eq ?)"
    );
}

TEST_CASE("columns of a link are shown of each row that it leads to", "[odata]") {
    const auto result = parsed(
        "GET",
        fetch(
            "msdyn_octwitterhandlesecret",
            "<attribute name=\"msdyn_name\"/>" +
                to_handle(
                    "alias=\"h\"",
                    "<attribute name=\"msdyn_name\"/><attribute name=\"ownerid\"/>" +
                        link(
                            "systemuser",
                            "systemuserid",
                            "owninguser",
                            typed("outer"),
                            "<all-attributes/>"
                        )
                )
        )
    );
    const auto* query = message_if<RetrieveMultiple>(result);
    REQUIRE(query != nullptr);
    CHECK_FALSE(query->pairs);
    REQUIRE(query->expanded.size() == 1);
    const auto& handle = query->expanded.front();
    CHECK(handle.path == "msdyn_octwitterhandleid");
    REQUIRE(handle.to.front().selection.columns.size() == 2);
    CHECK(handle.to.front().selection.columns[1]->name == "ownerid");
    REQUIRE(handle.to.front().expanded.size() == 1);
    CHECK(handle.to.front().expanded.front().path == "msdyn_octwitterhandleid/owninguser");
    CHECK(handle.to.front().expanded.front().to.front().selection.columns.empty());
    CHECK(result.context.joined);
    REQUIRE(result.context.expanded.size() == 1);
    CHECK(result.context.expanded.front().name == "h");
    CHECK(result.context.expanded.front().expanded.front().name == "systemuser2");
}

TEST_CASE("a link to many rows gives a row for each of them", "[odata]") {
    const auto inside =
        "<attribute name=\"msdyn_name\"/>" + filter(condition("statecode", "eq", "0"));
    const auto query = list(fetch("msdyn_octwitterhandle", to_children("", inside)));
    CHECK(query.pairs);
    REQUIRE(query.expanded.size() == 1);
    CHECK(query.expanded.front().lookup == nullptr);
    CHECK(messages::shape(*query.filter) == children + "/any(statecode eq ?)");
    CHECK(messages::shape(*query.expanded.front().to.front().filter) == "statecode eq ?");
    // Without columns too.
    const auto bare = list(fetch("msdyn_octwitterhandle", to_children("")));
    CHECK(bare.pairs);
    CHECK(bare.expanded.size() == 1);
    const auto paged = [](const char* page) {
        const std::string cookie = "&lt;cookie page=\"1\"&gt;&lt;token&gt;dG9rZW4&lt;/token&gt;";
        const auto more = "paging-cookie='" + cookie + "&lt;/cookie&gt;' ";
        return handle_error(to_children(""), more + page);
    };
    CHECK(paged("") == Errc::count_);
    CHECK(paged("page=\"1\"") == Errc::count_);
    CHECK(paged("page=\"2\"") == Errc::count_);
    CHECK(paged("page=\"3\"") == Errc::malformed);
    CHECK(handle_error(to_children(""), "returntotalrecordcount=\"true\"") == Errc::unsupported);
    CHECK(
        handle_error(to_children(typed("exists")), "returntotalrecordcount=\"true\"") ==
        Errc::count_
    );
}

TEST_CASE("with distinct each row comes once, whatever it is linked to", "[odata]") {
    const std::string distinct = "distinct=\"true\"";
    const auto query = list(fetch("msdyn_octwitterhandle", to_children(""), distinct));
    CHECK_FALSE(query.pairs);
    CHECK(query.expanded.empty());
    CHECK(messages::shape(*query.filter) == children + "/any()");
    const std::string name = "<attribute name=\"msdyn_name\"/>";
    CHECK(secret_error(to_handle(""), distinct) == Errc::count_);
}

TEST_CASE("distinct rows with columns of links are groups of all their columns", "[odata]") {
    const std::string name = "<attribute name=\"msdyn_name\"/>";
    const std::string own = "<attribute name=\"msdyn_octwitterhandleid\"/>";
    const auto out = aggregated(fetch(
        "msdyn_octwitterhandle",
        own + to_children("alias=\"s\"", name + "<attribute name=\"statecode\" alias=\"st\"/>"),
        "distinct=\"true\""
    ));
    const auto& keys = out.aggregation.keys;
    REQUIRE(keys.size() == 3);
    CHECK(keys[0].name == "msdyn_octwitterhandleid");
    CHECK(keys[1].name == "s.msdyn_name");
    CHECK(keys[2].name == "st");
    CHECK(keys[0].row == 0);
    CHECK(keys[1].row == 1);
    REQUIRE(out.joins.size() == 1);
    CHECK(out.joins.front().inner);
    // Of a link without columns, which rows there are is all that counts.
    const auto bare =
        aggregated(fetch("msdyn_octwitterhandle", name + to_children(""), "distinct=\"true\""));
    CHECK(bare.joins.empty());
    CHECK(messages::shape(*bare.filter) == children + "/any()");
    for (const auto& inside : {to_children("", name), own + to_children("", "<all-attributes/>")}) {
        CHECK(
            refused("GET", fetch("msdyn_octwitterhandle", inside, "distinct=\"true\"")) ==
            Errc::unsupported
        );
    }
    CHECK(
        refused(
            "GET",
            fetch(
                "msdyn_octwitterhandle",
                own + to_children("", "<attribute name=\"msdyn_useraccesstoken\"/>"),
                "distinct=\"true\""
            )
        ) == Errc::sealed_in_query
    );
}

TEST_CASE("aggregates are of the rows of links too, each combination once", "[odata]") {
    const std::string count = "<attribute name=\"msdyn_name\" alias=\"n\" aggregate=\"count\"/>";
    const std::string group = "<attribute name=\"msdyn_name\" alias=\"h\" groupby=\"true\"/>";
    const auto of = [](const std::string& inside) {
        return aggregated(fetch("msdyn_octwitterhandlesecret", inside, "aggregate=\"true\""));
    };
    const auto grouped = of(count + to_handle("alias=\"x\"", group + "<order alias=\"n\"/>"));
    REQUIRE(grouped.joins.size() == 1);
    CHECK(grouped.joins.front().inner);
    CHECK(
        messages::shape(grouped.aggregation, grouped.joins) ==
        "groupby((msdyn_octwitterhandleid/msdyn_name),aggregate($count))"
    );
    CHECK(grouped.aggregation.order.size() == 1);
    const auto kept = of(count + to_handle(typed("outer"), group));
    CHECK_FALSE(kept.joins.front().inner);
    // One to one row without columns changes nothing, and is a condition alone.
    CHECK(of(count + to_handle("")).joins.empty());
    const auto first = of(count + to_handle(typed("matchfirstrowusingcrossapply"), group));
    CHECK(first.joins.front().first_only);
    CHECK(first.joins.front().inner);
    const auto children_of_handle =
        aggregated(fetch("msdyn_octwitterhandle", count + to_children("", ""), "aggregate=\"true\"")
        );
    CHECK(children_of_handle.joins.size() == 1);
    const std::string token =
        "<attribute name=\"msdyn_useraccesstoken\" alias=\"t\" aggregate=\"countcolumn\"/>";
    CHECK(
        refused(
            "GET",
            fetch("msdyn_octwitterhandle", count + to_children("", token), "aggregate=\"true\"")
        ) == Errc::sealed_in_query
    );
}

TEST_CASE("a query may be ordered by the columns of a link to one row", "[odata]") {
    const auto query = list(fetch(
        "msdyn_octwitterhandlesecret",
        "<order attribute=\"createdon\" entityname=\"h\" descending=\"true\"/><order "
        "attribute=\"msdyn_name\"/>" +
            to_handle("alias=\"h\"", "<order attribute=\"msdyn_name\"/>")
    ));
    REQUIRE(query.order.size() == 3);
    CHECK(query.order[0].through.size() == 1);
    CHECK(query.order[0].descending);
    CHECK(query.order[1].through.empty());
    CHECK(query.order[2].through.size() == 1);
    CHECK(query.order[2].column->name == "msdyn_name");
    CHECK(secret_error("<order attribute=\"msdyn_name\" entityname=\"x\"/>") == Errc::malformed);
}

TEST_CASE("a sealed column is shown by a link and never asked about", "[odata]") {
    const auto token = std::string("msdyn_useraccesstoken");
    CHECK(handle_error(to_children("", "<attribute name=\"" + token + "\"/>")) == Errc::count_);
    for (const auto* type : {"inner", "outer", "exists"}) {
        CHECK(
            handle_error(to_children(typed(type), filter(condition(token, "not-null")))) ==
            Errc::sealed_in_query
        );
    }
    for (const auto* type : {"any", "not any", "all", "not all"}) {
        CHECK(
            handle_error(filter(to_children(typed(type), filter(condition(token, "eq", "x"))))) ==
            Errc::sealed_in_query
        );
    }
    CHECK(
        handle_error(
            filter(condition(token, "null", {}, "s")) + to_children(typed("outer") + " alias=\"s\"")
        ) == Errc::sealed_in_query
    );
    CHECK(
        handle_error(link("msdyn_octwitterhandlesecret", token, "msdyn_octwitterhandleid", "")) ==
        Errc::sealed_in_query
    );
}

TEST_CASE("links that are not known, or cannot be, are refused", "[odata]") {
    for (const auto& inside :
         {to_handle(typed("banana")),
          to_handle("banana=\"1\""),
          to_handle(typed("any")),
          filter(to_handle(typed("inner"))),
          filter(to_handle("")),
          to_handle("", "<banana/>"),
          to_handle(typed("exists"), "<attribute name=\"msdyn_name\"/>"),
          filter(to_handle(typed("any"), "<all-attributes/>")),
          to_handle(typed("exists"), "<order attribute=\"msdyn_name\"/>"),
          to_handle("alias=\"h\"") + to_handle("alias=\"h\""),
          std::string{"<link-entity from=\"a\" to=\"b\"/>"},
          std::string{"<link-entity name=\"team\" to=\"ownerid\"/>"},
          std::string{"<link-entity name=\"team\" from=\"teamid\"/>"},
          link("account", "accountid", "ownerid", "")}) {
        INFO(inside);
        CHECK(secret_error(inside) == Errc::malformed);
    }
    CHECK(secret_error(link("team", "banana", "ownerid", "")) == Errc::unknown_property);
    CHECK(secret_error(link("team", "teamid", "banana", "")) == Errc::unknown_property);
    CHECK(secret_error(to_handle("", "<attribute name=\"banana\"/>")) == Errc::unknown_property);
    for (const auto& inside :
         {link("team", "name", "msdyn_name", ""),
          link("msfp_survey", "msfp_surveyid", "msdyn_octwitterhandleid", "")}) {
        INFO(inside);
        CHECK(secret_error(inside) == Errc::unsupported);
    }
    CHECK(secret_error(link("team", "teamid", "ownerid", typed("exists"))) == Errc::count_);
    CHECK(
        secret_error(to_handle("", "<attribute name=\"msdyn_name\" alias=\"a b\"/>")) ==
        Errc::malformed
    );
}

TEST_CASE("a name is one column's, of the entity and of all links", "[odata]") {
    const auto named = [](const std::string& column, const std::string& alias) {
        return "<attribute name=\"" + column + "\" alias=\"" + alias + "\"/>";
    };
    const std::string own = "<attribute name=\"msdyn_name\"/>";
    for (const auto& inside :
         {own + to_handle("", named("msdyn_name", "msdyn_name")),
          own + to_handle("", named("msdyn_name", "msdyn_octwitterhandlesecretid")),
          to_handle("", named("msdyn_name", "statecode")),
          named("msdyn_name", "n") + to_handle("", named("msdyn_name", "n")),
          own + to_handle("", named("msdyn_name", "n") + named("statecode", "n")),
          own + to_handle("alias=\"a\"", named("msdyn_name", "n")) +
              to_handle("alias=\"b\"", named("msdyn_name", "n"))}) {
        INFO(inside);
        CHECK(secret_error(inside) == Errc::duplicate_alias);
    }
    CHECK(secret_error(own + to_handle("", named("msdyn_name", "n"))) == Errc::count_);
    // Nor has a column of a link two names.
    for (const auto& twice : {own, named("msdyn_name", "b")}) {
        CHECK(secret_error(to_handle("", named("msdyn_name", "a") + twice)) == Errc::malformed);
        CHECK(secret_error(to_handle("", twice + named("msdyn_name", "a"))) == Errc::malformed);
    }
    CHECK(
        secret_error(to_handle("", named("msdyn_name", "a") + named("msdyn_name", "a"))) ==
        Errc::count_
    );
}

TEST_CASE("a column of a link may have a name of its own, and a link one row alone", "[odata]") {
    const std::string name = "<attribute name=\"msdyn_name\" alias=\"n\"/>";
    const auto url = fetch(
        "msdyn_octwitterhandle",
        to_children("alias=\"s\" " + typed("matchfirstrowusingcrossapply"), name)
    );
    const auto out = parsed("GET", url);
    const auto* query = message_if<messages::RetrieveMultiple>(out);
    REQUIRE(query != nullptr);
    REQUIRE(query->expanded.size() == 1);
    CHECK(query->expanded.front().to.front().top == 1U);
    const auto& joined = out.context.expanded.front();
    REQUIRE(joined.renamed.size() == 1);
    CHECK(joined.renamed.front().second == "n");
}

TEST_CASE("a query has fifteen links, and no more", "[odata]") {
    std::string links;
    for (std::size_t i = 0; i < messages::joins_max; ++i) links += to_handle(typed("exists"));
    CHECK(secret_error(links) == Errc::count_);
    CHECK(secret_error(links + to_handle(typed("exists"))) == Errc::malformed);
    CHECK(secret_error(links + filter(to_handle(typed("any")))) == Errc::malformed);
}

TEST_CASE("what FetchXML and OData ask alike is one query, whatever it is", "[odata]") {
    std::mt19937 random(20261130);
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };

    struct Way {
        std::string_view from, to, collection, xml_open, xml_close;
    };

    // From users, teams and roles to each other, over their pairs.
    const std::vector<Way> ways{
        {"systemuser",
         "team",
         "teammembership_association",
         "<link-entity name=\"teammembership\" from=\"systemuserid\" to=\"systemuserid\" "
         "link-type=\"any\"><link-entity name=\"team\" from=\"teamid\" to=\"teamid\">",
         "</link-entity></link-entity>"},
        {"team",
         "systemuser",
         "teammembership_association",
         "<link-entity name=\"teammembership\" from=\"teamid\" to=\"teamid\" "
         "link-type=\"any\"><link-entity name=\"systemuser\" from=\"systemuserid\" "
         "to=\"systemuserid\">",
         "</link-entity></link-entity>"},
        {"team",
         "role",
         "teamroles_association",
         "<link-entity name=\"teamroles\" from=\"teamid\" to=\"teamid\" "
         "link-type=\"any\"><link-entity name=\"role\" from=\"roleid\" to=\"roleid\">",
         "</link-entity></link-entity>"},
        {"role",
         "team",
         "teamroles_association",
         "<link-entity name=\"teamroles\" from=\"roleid\" to=\"roleid\" "
         "link-type=\"any\"><link-entity name=\"team\" from=\"teamid\" to=\"teamid\">",
         "</link-entity></link-entity>"},
        {"businessunit",
         "team",
         "business_unit_teams",
         "<link-entity name=\"team\" from=\"businessunitid\" to=\"businessunitid\" "
         "link-type=\"any\">",
         "</link-entity>"},
    };

    struct Both {
        std::string odata, xml;
    };

    int number = 0;
    const auto draw =
        [&](const auto& self, std::string_view of, const std::string& variable, int depth) -> Both {
        const auto text = of == "systemuser" ? std::string("domainname") : std::string("name");
        std::vector<const Way*> further;
        for (const auto& way : ways) {
            if (way.from == of) further.push_back(&way);
        }
        if (depth == 0 || further.empty() || below(3) == 0) {
            return {
                variable + text + " eq 'x" + std::to_string(below(9)) + "'",
                condition(text, "eq", "x" + std::to_string(0))};
        }
        if (below(2) == 0) {
            const auto a = self(self, of, variable, depth - 1);
            const auto b = self(self, of, variable, depth - 1);
            const bool both = below(2) == 0;
            return {
                "(" + a.odata + (both ? " and " : " or ") + b.odata + ")",
                std::string("<filter type=\"") + (both ? "and" : "or") + "\">" + a.xml + b.xml +
                    "</filter>"};
        }
        const auto& way = *further[below(further.size())];
        const auto name = "v" + std::to_string(++number);
        const auto inner = self(self, way.to, name + "/", depth - 1);
        return {
            variable + std::string{way.collection} + "/any(" + name + ":" + inner.odata + ")",
            std::string{way.xml_open} + "<filter>" + inner.xml + "</filter>" +
                std::string{way.xml_close}};
    };
    const std::vector<std::string_view> tables{"systemuser", "team", "role", "businessunit"};
    for (int i = 0; i < 200; ++i) {
        const auto of = tables[below(tables.size())];
        auto both = draw(draw, of, "", 3);
        // One literal on both sides.
        for (auto at = both.odata.find("'x"); at != std::string::npos;
             at = both.odata.find("'x", at + 1)) {
            both.odata[at + 2] = '0';
        }
        CHECK(same(fetch(of, filter(both.xml)), of, both.odata));
    }
}

}  // namespace fetch_link_test
