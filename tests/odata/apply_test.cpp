// $apply: what it becomes, what may stand beside it, and what is refused.
#include "odata/request/apply.hpp"

#include "base/percent_encode.hpp"
#include "odata/request/selection.hpp"
#include "query/joins.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace apply_test {

using namespace rookery;
using namespace rookery::odata;
using messages::AggregateFunction;
using messages::RetrieveAggregate;
using messages::RetrieveMultiple;

namespace {

std::string url(const std::string& apply, const std::string& more = {}) {
    return secrets + "?$apply=" + percent_encode(apply) + more;
}

std::string shape_of(const std::string& apply) {
    INFO(apply);
    const auto out = message<RetrieveAggregate>(parsed("GET", url(apply)));
    return messages::shape(out.aggregation, out.joins);
}

Errc refused_apply(const std::string& apply, const std::string& more = {}) {
    INFO(apply);
    return refused("GET", url(apply, more));
}

std::string text_of_refusal(const std::string& apply, const std::string& more = {}) {
    return rejection(parsed("GET", url(apply, more))).message;
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

}  // namespace

TEST_CASE("$apply takes aggregates, groups, and groups with aggregates", "[odata][apply]") {
    CHECK(shape_of("aggregate($count as n)") == "aggregate($count)");
    CHECK(
        shape_of("aggregate(importsequencenumber with sum as s,createdon with max as last)") ==
        "aggregate(importsequencenumber with sum,createdon with max)"
    );
    CHECK(shape_of("groupby((statuscode))") == "groupby((statuscode))");
    CHECK(
        shape_of("groupby((statuscode,_ownerid_value),aggregate($count as n))") ==
        "groupby((statuscode,_ownerid_value),aggregate($count))"
    );
    CHECK(
        shape_of(" groupby( ( statuscode , msdyn_name ) , aggregate( $count  as  n ) ) ") ==
        "groupby((statuscode,msdyn_name),aggregate($count))"
    );
    const auto out = message<RetrieveAggregate>(
        parsed("GET", url("groupby((statuscode),aggregate(msdyn_name with countdistinct as n))"))
    );
    CHECK(out.table->name == "msdyn_octwitterhandlesecret");
    CHECK(out.aggregation.keys.at(0).name == "statuscode");
    CHECK(out.aggregation.aggregates.at(0).name == "n");
    CHECK(out.aggregation.aggregates.at(0).function == AggregateFunction::count_distinct);
    CHECK(out.aggregation.rows_max == 50'000);
    CHECK_FALSE(out.filter);
}

TEST_CASE("each method of $apply is one function", "[odata][apply]") {
    const std::pair<std::string, AggregateFunction> all[] = {
        {"sum", AggregateFunction::sum},
        {"min", AggregateFunction::min},
        {"max", AggregateFunction::max},
        {"average", AggregateFunction::average},
        {"countdistinct", AggregateFunction::count_distinct},
    };
    for (const auto& [method, function] : all) {
        const auto apply = "aggregate(importsequencenumber with " + method + " as a)";
        const auto out = message<RetrieveAggregate>(parsed("GET", url(apply)));
        CHECK(out.aggregation.aggregates.at(0).function == function);
    }
}

TEST_CASE("a filter goes before an aggregation, and several hold together", "[odata][apply]") {
    const auto filter = [](const std::string& apply, const std::string& more = {}) {
        const auto out = message<RetrieveAggregate>(parsed("GET", url(apply, more)));
        return messages::shape(*out.filter);
    };
    CHECK(
        filter("filter(statuscode eq 1 and (msdyn_name ne 'a/b)'))/aggregate($count as n)") ==
        "(statuscode eq ? and msdyn_name ne ?)"
    );
    CHECK(
        filter("filter(statuscode eq 1)/filter(msdyn_name eq null)/groupby((statecode))") ==
        "(statuscode eq ? and msdyn_name eq null)"
    );
    CHECK(filter("filter(statuscode eq @s)/aggregate($count as n)", "&@s=1") == "statuscode eq ?");
    CHECK(refused_apply("filter(statuscode eq 1)") == Errc::malformed);
    CHECK(refused_apply("filter()/aggregate($count as n)") == Errc::malformed);
    const auto one = std::string("filter(statecode eq 0)/");
    CHECK(shape_of(repeated(one, 16) + "groupby((statecode))") == "groupby((statecode))");
    CHECK(refused_apply(repeated(one, 17) + "groupby((statecode))") == Errc::malformed);
}

TEST_CASE("a sealed column is in no place of $apply, for anybody", "[odata][apply]") {
    for (const std::string column : {"msdyn_useraccesstoken", "msdyn_useraccesstokensecret"}) {
        for (const std::string method : {"sum", "min", "max", "average", "countdistinct"}) {
            CHECK(
                refused_apply("aggregate(" + column + " with " + method + " as a)") ==
                Errc::sealed_in_query
            );
        }
        CHECK(refused_apply("groupby((" + column + "))") == Errc::sealed_in_query);
        CHECK(
            refused_apply("groupby((statecode," + column + "),aggregate($count as n))") ==
            Errc::sealed_in_query
        );
        CHECK(
            refused_apply("filter(" + column + " ne null)/aggregate($count as n)") ==
            Errc::sealed_in_query
        );
        CHECK(refused_apply("groupby((statecode))", "&$orderby=" + column) == Errc::malformed);
    }
}

TEST_CASE("what a column cannot be summed by or grouped by is refused", "[odata][apply]") {
    CHECK(refused_apply("aggregate(msdyn_name with sum as a)") == Errc::unsuitable_function);
    CHECK(refused_apply("aggregate(msdyn_name with min as a)") == Errc::unsuitable_function);
    CHECK(refused_apply("aggregate(statuscode with average as a)") == Errc::unsuitable_function);
    CHECK(refused_apply("aggregate(createdon with sum as a)") == Errc::unsuitable_function);
    CHECK(refused_apply("groupby((createdon))") == Errc::malformed);
    CHECK(
        text_of_refusal("groupby((createdon))") == "Groupby with datetime values is not supported."
    );
    CHECK(refused_apply("groupby((nosuch))") == Errc::unknown_property);
    CHECK(refused_apply("aggregate(nosuch with sum as a)") == Errc::unknown_property);
    CHECK(refused_apply("groupby((ownerid))") == Errc::unknown_property);
}

TEST_CASE("a name is used once in $apply, and is no property's", "[odata][apply]") {
    CHECK(refused_apply("aggregate($count as n,$count as n)") == Errc::duplicate_alias);
    CHECK(refused_apply("groupby((statecode,statecode))") == Errc::duplicate_alias);
    CHECK(
        refused_apply("groupby((statecode),aggregate($count as statecode))") ==
        Errc::duplicate_alias
    );
    CHECK(refused_apply("aggregate($count as msdyn_name)") == Errc::duplicate_alias);
    CHECK(refused_apply("aggregate($count as msdyn_useraccesstoken)") == Errc::duplicate_alias);
    CHECK(refused_apply("aggregate($count as 1n)") == Errc::malformed);
}

TEST_CASE("$apply that is no aggregation is malformed", "[odata][apply]") {
    for (const char* bad :
         {"",
          "aggregate",
          "aggregate()",
          "aggregate($count)",
          "aggregate($count as)",
          "aggregate(importsequencenumber)",
          "aggregate(importsequencenumber with sum)",
          "aggregate(importsequencenumber with Custom.median as a)",
          "aggregate(importsequencenumber sum as a)",
          "groupby()",
          "groupby(statecode)",
          "groupby(())",
          "groupby((statecode)",
          "groupby((statecode))x",
          "groupby((statecode),filter(statecode eq 0))",
          "groupby((statecode),aggregate($count as n),aggregate($count as m))",
          "groupby((statecode,))",
          "aggregate($count as n,)",
          "/",
          "groupby((statecode))/"}) {
        INFO(bad);
        const auto code = refused_apply(bad);
        CHECK((code == Errc::malformed || code == Errc::unsupported));
    }
}

TEST_CASE("groups and aggregates go through lookups, each of which is one join", "[odata][apply]") {
    const std::string name = "msdyn_octwitterhandleid/msdyn_name";
    CHECK(shape_of("groupby((" + name + "))") == "groupby((" + name + "))");
    const std::string apply =
        "groupby((" + name +
        ",msdyn_octwitterhandleid/msdyn_octwitterapplicationid/msdyn_name,owninguser/fullname),"
        "aggregate($count as n,msdyn_octwitterhandleid/importsequencenumber with sum as s))";
    const auto out = message<RetrieveAggregate>(parsed("GET", url(apply)));
    CHECK(out.joins.size() == 3);
    CHECK(std::ranges::none_of(out.joins, &messages::Join::inner));
    // dataverse: they are called by the table that they are of.
    const auto& keys = out.aggregation.keys;
    REQUIRE(keys.size() == 3);
    CHECK(keys[0].name == "msdyn_octwitterhandle_msdyn_name");
    CHECK(keys[1].name == "msdyn_octwitterapplication_msdyn_name");
    CHECK(keys[2].name == "systemuser_fullname");
    CHECK(out.aggregation.aggregates.at(1).row == keys[0].row);
    CHECK(
        messages::shape(out.aggregation, out.joins) ==
        "groupby((" + name +
            ",msdyn_octwitterhandleid/msdyn_octwitterapplicationid/msdyn_name,owninguser/fullname),"
            "aggregate($count,msdyn_octwitterhandleid/importsequencenumber with sum))"
    );
}

TEST_CASE("a path of $apply that leads nowhere or to tokens is refused", "[odata][apply]") {
    CHECK(refused_apply("groupby((banana/msdyn_name))") == Errc::unknown_property);
    CHECK(refused_apply("groupby((msdyn_octwitterhandleid/banana))") == Errc::unknown_property);
    CHECK(refused_apply("groupby((msdyn_name/msdyn_name))") == Errc::malformed);
    CHECK(refused_apply("groupby((ownerid/fullname))") == Errc::unsupported);
    CHECK(refused_apply("groupby((msdyn_octwitterhandleid/))") == Errc::malformed);
    CHECK(refused_apply("groupby((msdyn_octwitterhandleid/createdon))") == Errc::malformed);
    for (const char* of_tokens :
         {"groupby((msdyn_octwitterapplicationid/msdyn_securetwitterconsumerkey))",
          "aggregate(msdyn_octwitterapplicationid/msdyn_securetwitterconsumerkey with max as a)"}) {
        CHECK(refused_apply(of_tokens) == Errc::sealed_in_query);
    }
    std::string deep;
    for (std::size_t i = 0; i <= messages::joins_max; ++i) deep += "createdby/";
    CHECK(refused_apply("groupby((" + deep + "fullname))") == Errc::malformed);
}

TEST_CASE("other transformations are not built", "[odata][apply]") {
    for (const char* other :
         {"compute(importsequencenumber as a)",
          "topcount(2,importsequencenumber)",
          "identity()",
          "groupby((statecode))/filter(statecode eq 0)",
          "aggregate($count as n)/aggregate($count as m)"}) {
        CHECK(refused_apply(other) == Errc::unsupported);
    }
}

TEST_CASE(
    "a $filter beside $apply is refused, since it could be of rows or of groups", "[odata][apply]"
) {
    CHECK(
        refused_apply("groupby((statecode))", "&$filter=statecode%20eq%200") == Errc::unsupported
    );
}

TEST_CASE("groups are ordered by their keys and by no aggregate", "[odata][apply]") {
    const auto apply = std::string("groupby((statecode,msdyn_name),aggregate($count as n))");
    const auto out = message<RetrieveAggregate>(
        parsed("GET", url(apply, "&$orderby=msdyn_name%20desc,%20statecode%20asc"))
    );
    REQUIRE(out.aggregation.order.size() == 2);
    CHECK(out.aggregation.order[0].term == 1);
    CHECK(out.aggregation.order[0].descending);
    CHECK(out.aggregation.order[1].term == 0);
    CHECK_FALSE(out.aggregation.order[1].descending);
    CHECK(
        text_of_refusal(apply, "&$orderby=n") ==
        "The query node SingleValueOpenPropertyAccess is not supported."
    );
    CHECK(refused_apply(apply, "&$orderby=n") == Errc::malformed);
    CHECK(refused_apply(apply, "&$orderby=createdon") == Errc::malformed);
    CHECK(refused_apply(apply, "&$orderby=msdyn_name%20up") == Errc::malformed);
    CHECK(refused_apply(apply, "&$orderby=") == Errc::malformed);
    std::string many = "&$orderby=statecode";
    for (std::size_t i = 1; i < orderby_max; ++i) many += ",statecode";
    CHECK(refused_apply(apply, many) == Errc::count_);
    CHECK(refused_apply(apply, many + ",statecode") == Errc::malformed);
}

TEST_CASE("beside $apply stand $orderby, $top and pages, and no other option", "[odata][apply]") {
    const auto apply = std::string("groupby((statecode))");
    CHECK(message<RetrieveAggregate>(parsed("GET", url(apply, "&$top=3"))).top == 3U);
    const auto paged = message<RetrieveAggregate>(
        parsed("GET", url(apply), {}, {{"Prefer", "odata.maxpagesize=7"}})
    );
    CHECK(paged.page_size == 7);
    for (const char* other : {"&$select=statecode", "&$expand=ownerid", "&$count=true"}) {
        INFO(other);
        CHECK(refused_apply(apply, other) == Errc::malformed);
    }
    CHECK(refused_apply(apply, "&$top=0") == Errc::malformed);
    CHECK(refused("GET", url(apply, "&$apply=groupby((statecode))")) == Errc::malformed);
}

TEST_CASE("$apply belongs to lists and collections alone", "[odata][apply]") {
    const std::string apply = "?$apply=groupby((statecode))";
    const std::string row = secrets + "(" + id_text + ")";
    CHECK(refused("GET", row + apply) == Errc::malformed);
    CHECK(refused("GET", row + "/msdyn_name" + apply) == Errc::malformed);
    CHECK(refused("GET", secrets + "/$count" + apply) == Errc::malformed);
    CHECK(refused("POST", secrets + apply, "{}") == Errc::malformed);
    CHECK(refused("GET", "/api/data/v9.2/WhoAmI" + apply) == Errc::malformed);
    CHECK(refused("GET", "/api/data/v9.2/EntityDefinitions" + apply) != Errc::count_);
    CHECK(refused("GET", "/api/data/v9.2/$metadata" + apply) != Errc::count_);
    const std::string children = "/api/data/v9.2/msdyn_octwitterhandles(" + id_text +
                                 ")/msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_"
                                 "octwitterhandleid";
    CHECK(message<RetrieveAggregate>(parsed("GET", children + apply)).within);
}

TEST_CASE(
    "an aggregation has fifty terms at most, and $apply is bounded in length", "[odata][apply]"
) {
    const auto counts = [](std::size_t count) {
        std::string out = "aggregate(";
        for (std::size_t i = 0; i < count; ++i) {
            out += (i == 0 ? "$count as n" : ",$count as n") + std::to_string(i);
        }
        return out + ")";
    };
    CHECK(refused_apply(counts(messages::aggregation_terms_max)) == Errc::count_);
    CHECK(refused_apply(counts(messages::aggregation_terms_max + 1)) == Errc::malformed);
    const std::string apply = "groupby((statecode))";
    CHECK(refused_apply(std::string(apply_bytes_max - apply.size(), ' ') + apply) == Errc::count_);
    CHECK(
        refused_apply(std::string(apply_bytes_max - apply.size() + 1, ' ') + apply) ==
        Errc::malformed
    );
}

TEST_CASE("two aggregations that differ in anything have unlike paging tokens", "[odata][apply]") {
    const std::string applies[] = {
        "groupby((statecode))",
        "groupby((statuscode))",
        "groupby((statecode),aggregate($count as n))",
        "groupby((statecode),aggregate($count as m))",
        "groupby((statecode),aggregate(importsequencenumber with sum as n))",
        "groupby((statecode),aggregate(importsequencenumber with max as n))",
        "filter(statecode eq 0)/groupby((statecode))",
        "filter(statecode eq 1)/groupby((statecode))",
    };
    std::vector<std::string> digests;
    for (const auto& apply : applies) {
        const auto digest = message<RetrieveAggregate>(parsed("GET", url(apply))).query_digest;
        CHECK(std::find(digests.begin(), digests.end(), digest) == digests.end());
        digests.push_back(digest);
    }
    CHECK(message<RetrieveMultiple>(parsed("GET", secrets)).query_digest != digests.front());
}

}  // namespace apply_test
