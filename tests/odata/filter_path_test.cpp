// $filter and $orderby through relationships: what is read, and what is refused.
#include "base/percent_encode.hpp"
#include "odata/request/canonical.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/selection.hpp"
#include "query/joins.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace filter_path_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

const std::string handle = "msdyn_octwitterhandleid/";
const std::string children =
    "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid";

Result<messages::Filter> filter(std::string_view table, std::string_view text) {
    return parse_filter(*schema::table(table), text, {});
}

std::string shape_of(std::string_view table, std::string_view text) {
    const auto out = filter(table, text);
    return out ? messages::shape(*out) : "error: " + out.error().message;
}

std::string of_secret(const std::string& text) {
    return shape_of("msdyn_octwitterhandlesecret", text);
}

std::string of_handle(const std::string& text) { return shape_of("msdyn_octwitterhandle", text); }

std::string of_user(const std::string& text) { return shape_of("systemuser", text); }

Errc error_of(std::string_view table, std::string_view text) {
    const auto out = filter(table, text);
    return out ? Errc::count_ : out.error().code;
}

Errc secret_error(const std::string& text) { return error_of("msdyn_octwitterhandlesecret", text); }

Errc handle_error(const std::string& text) { return error_of("msdyn_octwitterhandle", text); }

Errc user_error(const std::string& text) { return error_of("systemuser", text); }

std::string canonical(std::string_view table, std::string_view text) {
    StringWriter out;
    append_canonical(out, filter(table, text).value());
    return std::move(out).take();
}

Errc order_error(const std::string& text) {
    const auto out = parse_orderby(*schema::table("msdyn_octwitterhandlesecret"), text);
    return out ? Errc::count_ : out.error().code;
}

/// `nav/nav/…/` so many times: the unit above the unit above …
std::string units_above(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += "parentbusinessunitid/";
    return out;
}

}  // namespace

TEST_CASE("a property of the row that a lookup leads to may be filtered by", "[odata]") {
    CHECK(of_secret(handle + "msdyn_name eq 'a'") == handle + "msdyn_name eq ?");
    CHECK(of_secret("'a' eq " + handle + "msdyn_name") == handle + "msdyn_name eq ?");
    CHECK(
        of_secret("5 lt " + handle + "importsequencenumber") == handle + "importsequencenumber gt ?"
    );
    CHECK(of_secret(handle + "msdyn_name eq null") == handle + "msdyn_name eq null");
    CHECK(
        of_secret("contains(" + handle + "msdyn_name,'a')") ==
        "contains(" + handle + "msdyn_name,?)"
    );
    CHECK(
        of_secret("not startswith(" + handle + "owninguser/fullname,'a') or statecode eq 0") ==
        "(not startswith(" + handle + "owninguser/fullname,?) or statecode eq ?)"
    );
    CHECK(of_secret(handle + "_ownerid_value eq " + id_text) == handle + "_ownerid_value eq ?");
    CHECK(
        of_secret(handle + "createdon lt " + handle + "modifiedon") ==
        handle + "createdon lt " + handle + "modifiedon"
    );
}

TEST_CASE("both sides of a comparison are of one row", "[odata]") {
    CHECK(secret_error(handle + "createdon lt createdon") == Errc::malformed);
    CHECK(secret_error("createdon lt " + handle + "createdon") == Errc::malformed);
    CHECK(secret_error(handle + "createdon lt owninguser/createdon") == Errc::malformed);
}

TEST_CASE("a path leads through lookups of one table that is kept here", "[odata]") {
    CHECK(secret_error("banana/msdyn_name eq 'a'") == Errc::unknown_property);
    CHECK(secret_error(handle + "banana eq 'a'") == Errc::unknown_property);
    CHECK(secret_error("statecode/msdyn_name eq 'a'") == Errc::malformed);
    CHECK(secret_error("_ownerid_value/name eq 'a'") == Errc::malformed);
    CHECK(secret_error("ownerid/ownerid eq " + id_text) == Errc::unsupported);
    CHECK(
        handle_error("msdyn_PostConversationSurvey/msfp_surveyid eq " + id_text) ==
        Errc::unsupported
    );
    CHECK(handle_error(children + "/msdyn_name eq 'a'") == Errc::malformed);
    CHECK(secret_error(handle + " eq 'a'") == Errc::unknown_property);
    CHECK(secret_error(handle + "/msdyn_name eq 'a'") == Errc::malformed);
    CHECK(secret_error("/msdyn_name eq 'a'") == Errc::malformed);
    // By its bare name a lookup is no property of its row, nor of another.
    CHECK(secret_error(handle + "ownerid eq " + id_text) == Errc::unknown_property);
}

TEST_CASE("any and all speak of the rows of a collection", "[odata]") {
    CHECK(of_handle(children + "/any()") == children + "/any()");
    CHECK(of_handle(children + "/any(a:a/statecode eq 0)") == children + "/any(statecode eq ?)");
    CHECK(
        of_handle("not " + children + "/all(a : a/statecode eq 0 or a/msdyn_name eq 'x')") ==
        "not " + children + "/all((statecode eq ? or msdyn_name eq ?))"
    );
    CHECK(
        of_handle(children + "/any(o:not contains(o/msdyn_name,'x'))") ==
        children + "/any(not contains(msdyn_name,?))"
    );
    CHECK(
        of_handle(children + "/any(o:(o/owninguser/fullname eq 'x'))") ==
        children + "/any(owninguser/fullname eq ?)"
    );
    CHECK(
        of_user("systemuserroles_association/any(r:r/name eq 'x') and firstname eq 'y'") ==
        "(systemuserroles_association/any(name eq ?) and firstname eq ?)"
    );
    CHECK(
        of_user("teammembership_association/all(t:t/teamroles_association/any(r:r/name eq 'x'))") ==
        "teammembership_association/all(teamroles_association/any(name eq ?))"
    );
}

TEST_CASE("any and all that are not well formed are malformed", "[odata]") {
    for (const auto& text :
         {children + "/any(",
          children + "/any(a",
          children + "/any(a:",
          children + "/any(:a/statecode eq 0)",
          children + "/any(a:)",
          children + "/any(a:a/statecode eq 0",
          children + "/any(1:a/statecode eq 0)",
          children + "/any(a/statecode eq 0)",
          children + "/all()",
          children + "/some(a:a/statecode eq 0)",
          children + "/any",
          children + "/any eq 1",
          children + "(a:a/statecode eq 0)",
          std::string{"any(a:a/statecode eq 0)"},
          std::string{"statecode/any(a:a/statecode eq 0)"},
          std::string{"owninguser/any(a:a/fullname eq 'x')"}}) {
        INFO(text);
        CHECK(handle_error(text) == Errc::malformed);
    }
    CHECK(handle_error("banana/any()") == Errc::unknown_property);
    CHECK(handle_error(children + "/any(a:a/banana eq 0)") == Errc::unknown_property);
}

TEST_CASE("any and all stand behind no lookup", "[odata]") {
    CHECK(secret_error(handle + children + "/any()") == Errc::malformed);
    CHECK(
        user_error(
            "teammembership_association/any(t:t/administratorid/systemuserroles_association/any())"
        ) == Errc::malformed
    );
}

TEST_CASE("a query function within any and all is of the innermost variable's rows", "[odata]") {
    const auto in = [](const std::string& name) {
        return children + "/any(a:Microsoft.Dynamics.CRM.In(PropertyName='" + name +
               "',PropertyValues=[\"0\"]))";
    };
    CHECK(handle_error(in("statecode")) == Errc::count_);
    CHECK(handle_error(in("msdyn_useraccesstoken")) == Errc::sealed_in_query);
    // Of the handle's own.
    CHECK(handle_error(in("msdyn_octwitterscreenname")) == Errc::unknown_property);
}

TEST_CASE("within any and all the innermost variable alone is spoken of", "[odata]") {
    for (const auto& text :
         {children + "/any(a:statecode eq 0)",
          children + "/any(a:b/statecode eq 0)",
          children + "/any(a:a/statecode eq 0 and msdyn_name eq 'x')"}) {
        INFO(text);
        CHECK(handle_error(text) == Errc::unsupported);
    }
    const std::string teams = "teammembership_association/any(t:";
    CHECK(user_error(teams + "t/teamroles_association/any(r:t/name eq 'x'))") == Errc::unsupported);
    CHECK(user_error(teams + "t/teamroles_association/any(t:t/name eq 'x'))") == Errc::malformed);
    CHECK(
        user_error(teams + "t/teamroles_association/any(r:r/name eq 'x') and t/name eq 'y')") ==
        Errc::count_
    );
}

TEST_CASE("a sealed column is refused through every path, for everybody", "[odata]") {
    const auto token = std::string("msdyn_useraccesstoken");
    for (const auto& text :
         {children + "/any(a:a/" + token + " eq 'hunter2')",
          children + "/all(a:a/" + token + " ne null)",
          children + "/any(a:contains(a/" + token + ",'hunter2'))",
          children + "/any(a:'hunter2' eq a/" + token + ")"}) {
        INFO(text);
        const auto out = filter("msdyn_octwitterhandle", text);
        REQUIRE_FALSE(out);
        CHECK(out.error().code == Errc::sealed_in_query);
        CHECK(out.error().message.find("hunter2") == std::string::npos);
    }
    const auto versions = std::string("rky_record_msdyn_octwitterhandlesecret/");
    CHECK(error_of("rky_tokenversion", versions + token + " eq null") == Errc::sealed_in_query);
    CHECK(error_of("rky_tokenversion", versions + "statecode eq 0") == Errc::count_);
}

TEST_CASE("a query goes through fifteen relationships, and through no more", "[odata]") {
    const auto unit_error = [](const std::string& text) { return error_of("businessunit", text); };
    CHECK(unit_error(units_above(messages::joins_max) + "name eq 'x'") == Errc::count_);
    CHECK(unit_error(units_above(messages::joins_max + 1) + "name eq 'x'") == Errc::malformed);
    // A lookup that many conditions go through is one; each any is one more.
    std::string one = handle + "msdyn_name eq 'x'";
    for (int i = 0; i < 40; ++i) one += " or " + handle + "statecode eq 0";
    CHECK(secret_error(one) == Errc::count_);
    std::string many = children + "/any()";
    for (std::size_t i = 1; i < messages::joins_max; ++i) many += " or " + children + "/any()";
    CHECK(handle_error(many) == Errc::count_);
    CHECK(handle_error(many + " or " + children + "/any()") == Errc::malformed);
    // An order's are among them.
    const auto units = [](const std::string& options) {
        return refused("GET", "/api/data/v9.2/businessunits?" + options);
    };
    const auto filter = "$filter=" + units_above(14) + "name%20eq%20'x'";
    CHECK(units(filter + "&$orderby=createdby/fullname") == Errc::count_);
    CHECK(units(filter + "&$orderby=createdby/fullname,modifiedby/fullname") == Errc::malformed);
    CHECK(units(filter + "&$orderby=" + units_above(14) + "name") == Errc::count_);
    CHECK(units("$orderby=" + units_above(15) + "name") == Errc::count_);
    CHECK(units("$orderby=" + units_above(16) + "name") == Errc::malformed);
}

TEST_CASE("any and all nest four deep", "[odata]") {
    const auto nested = [](std::size_t levels) {
        std::string out;
        for (std::size_t i = 0; i < levels; ++i) {
            const auto name = "v" + std::to_string(i);
            const auto before = i == 0 ? std::string{} : "v" + std::to_string(i - 1) + "/";
            out += before + "business_unit_parent_business_unit/any(" + name + ":";
        }
        out += "v" + std::to_string(levels - 1) + "/name eq 'x'";
        return out + std::string(levels, ')');
    };
    INFO(shape_of("businessunit", nested(lambda_depth_max)));
    CHECK(error_of("businessunit", nested(lambda_depth_max)) == Errc::count_);
    CHECK(error_of("businessunit", nested(lambda_depth_max + 1)) == Errc::malformed);
}

TEST_CASE("an order may go by a property of the row that a lookup leads to", "[odata]") {
    const auto order = parse_orderby(
        *schema::table("msdyn_octwitterhandlesecret"),
        "msdyn_octwitterhandleid/owninguser/fullname desc,msdyn_name"
    );
    REQUIRE(order);
    REQUIRE(order->size() == 2);
    CHECK(order->front().descending);
    REQUIRE(order->front().through.size() == 2);
    CHECK(order->front().through[1].to->name == "systemuser");
    CHECK(order->front().column->name == "fullname");
    CHECK((*order)[1].through.empty());
    CHECK(order_error("banana/name") == Errc::unknown_property);
    CHECK(order_error("ownerid/name") == Errc::unsupported);
    CHECK(order_error("msdyn_octwitterhandleid/banana") == Errc::unknown_property);
    CHECK(order_error("msdyn_octwitterhandleid/") == Errc::malformed);
    CHECK(order_error("/msdyn_name") == Errc::unknown_property);
    const auto sealed = parse_orderby(
        *schema::table("rky_tokenversion"),
        "rky_record_msdyn_octwitterhandlesecret/msdyn_useraccesstoken"
    );
    REQUIRE_FALSE(sealed);
    CHECK(sealed.error().code == Errc::sealed_in_query);
}

TEST_CASE("a paging token is of one path, one collection and one quantifier", "[odata]") {
    const auto user = [](std::string_view text) { return canonical("systemuser", text); };
    const std::string roles = "systemuserroles_association";
    CHECK(user(roles + "/any(a:a/name eq 'x')") == user(roles + "/any(b: b/name eq 'x')"));
    CHECK(user(roles + "/any(a:a/name eq 'x')") != user(roles + "/all(a:a/name eq 'x')"));
    CHECK(user(roles + "/any(a:a/name eq 'x')") != user(roles + "/any(a:a/name eq 'y')"));
    CHECK(user(roles + "/any()") != user("teammembership_association/any()"));
    CHECK(user("createdby/fullname eq 'x'") != user("modifiedby/fullname eq 'x'"));
    CHECK(user("createdby/fullname eq 'x'") != user("fullname eq 'x'"));
    const auto digest = [](const std::string& order) {
        const auto result = parsed("GET", secrets + "?$orderby=" + order);
        return message_if<messages::RetrieveMultiple>(result)->query_digest;
    };
    CHECK(digest("createdby/fullname") != digest("modifiedby/fullname"));
    CHECK(digest("createdby/createdon") != digest("createdon"));
}

TEST_CASE("paths and lambdas stand in the $filter of $expand and of $count too", "[odata]") {
    const auto in_expand = [](const std::string& text) {
        return refused(
            "GET",
            "/api/data/v9.2/msdyn_octwitterhandles?$expand=" + children +
                "($filter=" + percent_encode(text) + ")"
        );
    };
    CHECK(in_expand("owninguser/fullname eq 'x'") == Errc::count_);
    CHECK(in_expand("owninguser/systemuserroles_association/any()") == Errc::malformed);
    CHECK(in_expand("msdyn_octwitterhandleid/banana eq 'x'") == Errc::unknown_property);
    CHECK(
        refused("GET", secrets + "/$count?$filter=owninguser/fullname%20eq%20'x'") == Errc::count_
    );
}

}  // namespace filter_path_test
