// $expand as it is read: what it comes to, what is refused, and how much it may be.
#include "odata/request/expand.hpp"
#include "odata/request/pieces.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace expand_parse_test {

using namespace rookery;
using namespace rookery::odata;
using messages::Retrieve;
using messages::RetrieveMultiple;

namespace {

const std::string handle = "msdyn_octwitterhandleid";
const std::string application = "msdyn_octwitterapplicationid";
const std::string children =
    "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid";
const std::string handles = "/api/data/v9.2/msdyn_octwitterhandles";
const std::string users = "/api/data/v9.2/systemusers";

const schema::Table& table(std::string_view name) { return *schema::table(name); }

/// Of one record.
Errc refused_of(const std::string& set, const std::string& expand) {
    return refused("GET", set + "(" + id_text + ")?$expand=" + expand);
}

Errc refused_of(const std::string& expand) { return refused_of(secrets, expand); }

Retrieve retrieve(const std::string& set, const std::string& options) {
    return message<Retrieve>(parsed("GET", set + "(" + id_text + ")?" + options));
}

std::vector<std::string> names(const messages::Query& query) {
    std::vector<std::string> out;
    for (const auto* column : query.selection.columns) out.emplace_back(column->wire_name());
    return out;
}

/// So many levels of users' managers.
std::string levels(std::size_t count) {
    std::string out = "parentsystemuserid";
    for (std::size_t i = 1; i < count; ++i) out = "parentsystemuserid($expand=" + out + ")";
    return out;
}

}  // namespace

TEST_CASE("a lookup is expanded to its table, with its own columns", "[odata][expand]") {
    const auto read =
        retrieve(secrets, "$select=msdyn_name&$expand=" + handle + "($select=msdyn_name)");
    REQUIRE(read.expanded.size() == 1);
    const auto& one = read.expanded.front();
    CHECK(one.lookup == table("msdyn_octwitterhandlesecret").column(handle));
    CHECK(one.path == handle);
    CHECK_FALSE(one.reference);
    REQUIRE(one.to.size() == 1);
    CHECK(one.to.front().table == &table("msdyn_octwitterhandle"));
    CHECK(names(one.to.front()) == std::vector<std::string>{"msdyn_name", handle});
}

TEST_CASE("a collection is expanded with what its URL takes", "[odata][expand]") {
    const auto read = retrieve(
        handles,
        "$expand=" + children +
            "($select=msdyn_name;$filter=statecode%20eq%200;$orderby=msdyn_name%20desc;$top=3)"
    );
    const auto& query = read.expanded.at(0).to.at(0);
    CHECK(read.expanded.at(0).lookup == nullptr);
    CHECK(query.table == &table("msdyn_octwitterhandlesecret"));
    CHECK(query.filter);
    REQUIRE(query.order.size() == 1);
    CHECK(query.order.front().descending);
    CHECK(query.top == 3U);
    REQUIRE(query.within);
    CHECK(query.within->relationship->collection_nav == children);
    // With the lookup that leads back, as dataverse has it.
    CHECK(names(query).back() == "_msdyn_octwitterhandleid_value");
}

TEST_CASE("a lookup of several tables is expanded to each of them", "[odata][expand]") {
    const auto read = retrieve(secrets, "$expand=ownerid($select=fullname,name,ownerid)");
    const auto& to = read.expanded.at(0).to;
    REQUIRE(to.size() == 2);
    CHECK(names(to[0]) == std::vector<std::string>{"fullname", "ownerid", "systemuserid"});
    CHECK(names(to[1]) == std::vector<std::string>{"name", "ownerid", "teamid"});
    CHECK(refused_of("ownerid($select=nosuch)") == Errc::unknown_property);
    CHECK(refused_of("ownerid($filter=ownerid%20eq%20null)") == Errc::unsupported);
    CHECK(refused_of("ownerid($expand=businessunitid)") == Errc::unsupported);
}

TEST_CASE("what of every row is asked for is asked for of expanded ones", "[odata][expand]") {
    const auto read = message<Retrieve>(parsed(
        "GET",
        secrets + "(" + id_text + ")?UnMaskedData=true&$expand=" + handle + ",ownerid",
        {},
        {{"Prefer", "odata.include-annotations=\"*\""}}
    ));
    for (const auto& one : read.expanded) {
        for (const auto& to : one.to) {
            CHECK(to.selection.unmasked);
            CHECK(to.selection.annotations);
            CHECK(to.selection.columns.empty());
        }
    }
}

TEST_CASE("the answer's context names what was expanded", "[odata][expand]") {
    const auto select = [](const std::string& options) {
        return parsed("GET", secrets + "?" + options).context.select;
    };
    CHECK(
        select("$select=msdyn_name&$expand=" + handle + "($select=msdyn_name)") ==
        "msdyn_name," + handle + "(msdyn_name)"
    );
    CHECK(select("$expand=" + handle) == handle + "()");
    CHECK(
        select(
            "$expand=" + handle + "($select=msdyn_name;$expand=ownerid($select=name)),ownerid"
        ) == handle + "(msdyn_name,ownerid(name)),ownerid()"
    );
    CHECK(select("$expand=" + handle + "/$ref") == handle + "/$ref");
}

TEST_CASE("a paging token belongs to what is expanded", "[odata][expand]") {
    const auto digest = [](const std::string& options) {
        return message<RetrieveMultiple>(parsed("GET", secrets + "?" + options)).query_digest;
    };
    const std::vector<std::string> all = {
        digest(""),
        digest("$expand=" + handle),
        digest("$expand=" + handle + "/$ref"),
        digest("$expand=" + handle + "($select=msdyn_name)"),
        digest("$expand=" + handle + "($filter=statecode%20eq%200)"),
        digest("$expand=" + handle + "($expand=ownerid)"),
        digest("$expand=" + handle + ",ownerid"),
        digest("$expand=ownerid," + handle)};
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) CHECK(all[i] != all[j]);
    }
}

TEST_CASE("an $expand that cannot be is refused and says why", "[odata][expand]") {
    CHECK(refused_of("nosuch") == Errc::unknown_property);
    CHECK(refused_of(handle + "($select=nosuch)") == Errc::unknown_property);
    CHECK(refused_of(handle + "($filter=nosuch%20eq%201)") == Errc::unknown_property);
    CHECK(refused_of(handle + "($expand=nosuch)") == Errc::unknown_property);
    CHECK(refused_of("Msdyn_octwitterhandleid") == Errc::unknown_property);
    for (const std::string& wrong :
         {std::string{"msdyn_name"},
          std::string{"_msdyn_octwitterhandleid_value"},
          handle + "," + handle,
          handle + "," + handle + "/$ref",
          handle + "()",
          handle + "(",
          handle + ")",
          handle + "($select=msdyn_name",
          handle + "($select=msdyn_name)x",
          handle + "($select=msdyn_name;$select=statecode)",
          handle + "($count=true)",
          handle + "($search=a)",
          handle + "($levels=2)",
          handle + "($nosuch=1)",
          handle + "($select)",
          handle + "(select=msdyn_name)",
          handle + "/$ref($select=msdyn_name)",
          handle + "($filter=msdyn_name%20eq%20'a)"}) {
        INFO(wrong);
        CHECK(refused_of(wrong) == Errc::malformed);
    }
    for (const std::string& empty :
         {std::string{},
          handle + ",",
          "," + handle,
          std::string{"($select=msdyn_name)"},
          handle + "($select=)"}) {
        INFO(empty);
        CHECK(refused_of(empty) == Errc::malformed);
    }
    CHECK(refused_of(handle + "($skip=1)") == Errc::skip_unsupported);
    CHECK(refused_of(handle + "/ownerid") == Errc::unsupported);
    CHECK(refused_of("children/$ref") == Errc::unknown_property);
    CHECK(refused_of(handles, children + "/$ref") == Errc::malformed);
    CHECK(refused_of(handles, children + "($top=0)") == Errc::malformed);
}

TEST_CASE("an element of many names is told by what it is", "[odata][expand]") {
    const auto error = [](const std::string& options) {
        return rejection(parsed("GET", secrets + "?" + options));
    };
    const std::string every =
        "All navigation properties at once (*) are not supported in $expand: name them.";
    for (const auto& options :
         {std::string{"$expand=*"},
          std::string{"$expand=*/$ref"},
          std::string{"$expand=*($select=msdyn_name)"},
          "$expand=" + handle + ",*",
          "$expand=" + handle + "($expand=*)"}) {
        INFO(options);
        CHECK(error(options).code == Errc::unsupported);
        CHECK(error(options).message == every);
    }
    for (const auto& options :
         {std::string{"$select=Microsoft.Dynamics.CRM.*"},
          std::string{"$select=msdyn_name,Microsoft.Dynamics.CRM.*"},
          "$expand=" + handle + "($select=Microsoft.Dynamics.CRM.*)",
          std::string{"$expand=ownerid($select=fullname,Microsoft.Dynamics.CRM.*)"}}) {
        INFO(options);
        CHECK(error(options).code == Errc::unsupported);
        CHECK(
            error(options).message ==
            "The operations of a namespace (NAMESPACE.*) are not supported in $select."
        );
    }
    CHECK(error("$expand=").message == "The $expand option has an empty element.");
    CHECK(error("$select=").message == "The $select option has an empty element.");
    CHECK(
        error("$expand=ownerid($select=,name)").message ==
        "The $select option has an empty element."
    );
}

TEST_CASE("rows of other products' tables are not expanded, but referred to", "[odata][expand]") {
    const auto roles = std::string{"/api/data/v9.2/roles"};
    REQUIRE(schema::table("roletemplate")->outside);
    CHECK(refused_of(roles, "roletemplateid") == Errc::unsupported);
    CHECK(retrieve(roles, "$expand=roletemplateid/$ref").expanded.at(0).reference);
}

TEST_CASE("$top and $orderby are of flat collections alone", "[odata][expand]") {
    const std::string text =
        "Only $select and $filter clause can be provided while doing $expand on many-to-one "
        "relationship or nested one-to-many relationship.";
    const auto says = [&](const std::string& set, const std::string& expand) {
        return rejection(parsed("GET", set + "?$expand=" + expand)).message == text;
    };
    CHECK(says(secrets, handle + "($top=1)"));
    CHECK(says(secrets, handle + "($orderby=msdyn_name)"));
    CHECK(says(secrets, "ownerid($top=1)"));
    CHECK(says(handles, children + "($top=1;$expand=ownerid)"));
    CHECK(says(handles, children + "($top=1),ownerid,createdby($expand=businessunitid)"));
    CHECK(says(secrets, handle + "($expand=" + children + "($orderby=msdyn_name))"));
    CHECK_FALSE(says(handles, children + "($top=1;$orderby=msdyn_name),ownerid"));
    CHECK_FALSE(says(secrets, handle + "($filter=statecode%20eq%200)"));
}

TEST_CASE("a many-to-many relationship is expanded flat", "[odata][expand]") {
    const std::string roles = "systemuserroles_association";
    CHECK(refused_of(users, roles + "($select=name;$top=2)") == Errc::count_);
    CHECK(refused_of(users, roles + "($expand=businessunitid)") == Errc::malformed);
    CHECK(refused_of(secrets, "createdby($expand=" + roles + ")") == Errc::malformed);
    CHECK(refused_of(users, roles + ",createdby($expand=businessunitid)") == Errc::count_);
}

TEST_CASE("a sealed column is in $select alone", "[odata][expand]") {
    const std::string token = "msdyn_useraccesstoken";
    CHECK(refused_of(handles, children + "($select=" + token + ")") == Errc::count_);
    CHECK(
        refused_of(handles, children + "($filter=" + token + "%20eq%20'a')") ==
        Errc::sealed_in_query
    );
    CHECK(refused_of(handles, children + "($orderby=" + token + ")") == Errc::sealed_in_query);
}

TEST_CASE("a parameter alias is refused in $expand, where it would be null", "[odata][expand]") {
    const std::string filter = "($filter=msdyn_name%20eq%20@p)&@p='a'";
    CHECK(refused_of(handle + filter) == Errc::malformed);
    CHECK(refused_of(handle + "($filter=msdyn_name%20eq%20'@p')") == Errc::count_);
}

TEST_CASE("separators within texts separate nothing", "[odata][expand]") {
    for (const std::string text : {"a;b", "a,b", "a)b", "(a", "it''s;", "a\"b"}) {
        INFO(text);
        CHECK(refused_of(handle + "($filter=msdyn_name%20eq%20'" + text + "')") == Errc::count_);
    }
    CHECK(
        refused_of(
            handle + "($filter=Microsoft.Dynamics.CRM.In(PropertyName='msdyn_name',PropertyValues="
                     "[%22a;)'b%22,%22c%5C%22;%22]);$select=msdyn_name)"
        ) == Errc::count_
    );
}

TEST_CASE("an $expand is nested at most five levels deep", "[odata][expand]") {
    CHECK(refused_of(users, levels(expand_levels_max)) == Errc::count_);
    CHECK(refused_of(users, levels(expand_levels_max + 1)) == Errc::malformed);
}

TEST_CASE("an $expand names at most fifteen properties, of all levels", "[odata][expand]") {
    const std::string five =
        "createdby,modifiedby,createdonbehalfby,modifiedonbehalfby,businessunitid";
    const auto fourteen = "parentsystemuserid($expand=" + five + "),createdby($expand=" + five +
                          "),modifiedby,businessunitid";
    CHECK(refused_of(users, fourteen + ",createdonbehalfby") == Errc::count_);
    CHECK(refused_of(users, fourteen + ",createdonbehalfby,modifiedonbehalfby") == Errc::malformed);
}

TEST_CASE("an $expand has at most 8192 bytes", "[odata][expand]") {
    const auto padded = [](std::size_t bytes) {
        const std::string start = handle + "($filter=msdyn_name eq '";
        const auto& from = table("msdyn_octwitterhandlesecret");
        const auto text = start + std::string(bytes - start.size() - 2, 'a') + "')";
        return parse_expand(from, text, {}).has_value();
    };
    CHECK(padded(expand_bytes_max));
    CHECK_FALSE(padded(expand_bytes_max + 1));
}

TEST_CASE("$expand is taken where rows are answered, and nowhere else", "[odata][expand]") {
    const auto one = secrets + "(" + id_text + ")";
    for (const auto& path :
         {secrets, one, one + "/" + handle, handles + "(" + id_text + ")/" + children}) {
        INFO(path);
        CHECK(refused("GET", path + "?$expand=ownerid") == Errc::count_);
    }
    for (const auto& path :
         {secrets + "/$count",
          one + "/msdyn_name",
          one + "/" + handle + "/$ref",
          std::string{"/api/data/v9.2/WhoAmI"}}) {
        INFO(path);
        CHECK(refused("GET", path + "?$expand=ownerid") == Errc::malformed);
    }
    CHECK(refused("GET", one + "/ownerid?$expand=businessunitid") == Errc::unsupported);
    CHECK(refused("POST", secrets + "?$expand=ownerid", R"({"msdyn_name":"a"})") == Errc::count_);
    CHECK(
        refused("POST", secrets + "?$expand=nothing", R"({"msdyn_name":"a"})") ==
        refused("GET", secrets + "?$expand=nothing")
    );
    CHECK(refused("PATCH", one + "?$expand=ownerid", R"({"msdyn_name":"a"})") == Errc::count_);
}

TEST_CASE("a row that is shown with others has no 304", "[odata][expand]") {
    const auto known = [](const std::string& options) {
        return message<Retrieve>(parsed(
                                     "GET",
                                     secrets + "(" + id_text + ")" + options,
                                     {},
                                     {{"If-None-Match", "W/\"5\""}}
                                 )
        ).preconditions.not_versions.size();
    };
    CHECK(known("") == 1);
    CHECK(known("?$expand=ownerid") == 0);
}

TEST_CASE("a list is cut outside of texts and parentheses", "[odata][expand]") {
    const auto cut = [](std::string_view text) {
        std::vector<std::string> out;
        const auto pieces = pieces_of(text, ',');
        if (!pieces) return std::vector<std::string>{"unpaired"};
        for (const auto piece : *pieces) out.emplace_back(piece);
        return out;
    };
    using All = std::vector<std::string>;
    CHECK(cut("a, b ,c") == All{"a", "b", "c"});
    CHECK(cut("") == All{""});
    CHECK(cut("a(b,c),d") == All{"a(b,c)", "d"});
    CHECK(cut("'a,b',c") == All{"'a,b'", "c"});
    CHECK(cut("'it''s,',c") == All{"'it''s,'", "c"});
    CHECK(cut("[\"a,\\\",\"],c") == All{"[\"a,\\\",\"]", "c"});
    for (const std::string_view wrong : {"a(b", "a)b", "'a", "\"a", "\"a\\\"", ")("}) {
        CHECK(cut(wrong) == All{"unpaired"});
    }
}

}  // namespace expand_parse_test
