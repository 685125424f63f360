#include "base/percent_encode.hpp"
#include "odata/request/paging_token.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace parse_query_test {

using namespace rookery;
using namespace rookery::odata;
using messages::Retrieve;
using messages::RetrieveMultiple;

TEST_CASE("a list is read with all its options", "[odata]") {
    const auto out = message<RetrieveMultiple>(parsed(
        "GET",
        secrets + "?$select=msdyn_name,_ownerid_value&$filter=statecode%20eq%200&$orderby="
                  "msdyn_name%20desc,createdon&$count=true&$top=7&tag=x&whatever=1"
    ));
    CHECK(out.table->name == "msdyn_octwitterhandlesecret");
    REQUIRE(out.selection.columns.size() == 3);
    CHECK(out.selection.columns[0]->name == "msdyn_name");
    CHECK(out.selection.columns[1]->name == "ownerid");
    CHECK(out.selection.columns[2]->name == "msdyn_octwitterhandlesecretid");
    CHECK(out.filter);
    REQUIRE(out.order.size() == 2);
    CHECK(out.order[0].descending);
    CHECK_FALSE(out.order[1].descending);
    CHECK(out.count);
    CHECK(out.top == 7U);
    CHECK(out.page_size == 5000);
    CHECK(out.query_digest.size() == 32);
    CHECK_FALSE(out.selection.unmasked);
}

TEST_CASE("a single-valued navigation property in $select stands for its value", "[odata]") {
    const auto out =
        message<Retrieve>(parsed("GET", secrets + "(" + id_text + ")?$select=ownerid"));
    CHECK(out.selection.columns[0]->name == "ownerid");
}

TEST_CASE("unknown properties in $select and $orderby are named", "[odata]") {
    const auto error = rejection(parsed("GET", secrets + "?$select=nosuch"));
    CHECK(error.code == Errc::unknown_property);
    CHECK(
        error.message ==
        "Could not find a property named 'nosuch' on type "
        "'Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret'."
    );
    CHECK(refused("GET", secrets + "?$orderby=nosuch") == Errc::unknown_property);
    CHECK(refused("GET", secrets + "?$select=owneridname") == Errc::unknown_property);
    CHECK(
        refused("GET", "/api/data/v9.2/rky_credentials?$select=rky_hash") == Errc::unknown_property
    );
    CHECK(refused("GET", secrets + "?$select=") == Errc::malformed);
    CHECK(refused("GET", secrets + "?$select=msdyn_name,") == Errc::malformed);
    CHECK(refused("GET", secrets + "?$orderby=msdyn_name%20up") == Errc::malformed);
}

TEST_CASE("sorting by a sealed column is refused", "[odata]") {
    CHECK(refused("GET", secrets + "?$orderby=msdyn_useraccesstoken") == Errc::sealed_in_query);
    CHECK(
        refused("GET", secrets + "?$orderby=msdyn_name,msdyn_useraccesstokensecret%20desc") ==
        Errc::sealed_in_query
    );
}

TEST_CASE("filtering by a sealed column is refused on every route that filters", "[odata]") {
    const std::string filter = "?$filter=msdyn_useraccesstoken%20eq%20'hunter2'";
    const auto routes = GENERATE(as<std::string>{}, "", "/$count");
    CHECK(refused("GET", secrets + routes + filter) == Errc::sealed_in_query);
    const std::string children = "/api/data/v9.2/msdyn_octwitterhandles(" + id_text +
                                 ")/msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_"
                                 "octwitterhandleid";
    CHECK(refused("GET", children + routes + filter) == Errc::sealed_in_query);
}

TEST_CASE("options that the product or this service lacks are refused, never ignored", "[odata]") {
    CHECK(refused("GET", secrets + "?$skip=1") == Errc::skip_unsupported);
    for (const char* option :
         {"$search=a", "$format=json", "$levels=1", "$compute=a", "sql=SELECT"}) {
        INFO(option);
        CHECK(refused("GET", secrets + "?" + option) == Errc::unsupported);
    }
    CHECK(refused("GET", secrets + "?$nosuch=1") == Errc::malformed);
    // What means nothing is tolerated, and what would mean something in another case is not.
    CHECK(is_message<messages::RetrieveMultiple>(parsed("GET", secrets + "?nosuch=1")));
    for (const char* option : {"fetchxml=a", "savedquery=a", "UserQuery=a"}) {
        INFO(option);
        CHECK(refused("GET", secrets + "?" + option) == Errc::malformed);
    }
}

TEST_CASE("a list is asked for by one query that is kept, and by nothing beside it", "[odata]") {
    for (const std::string query : {"savedQuery", "userQuery"}) {
        const auto url = secrets + "?" + query + "=";
        CHECK(refused("GET", url + "1") == Errc::malformed);
        CHECK(refused("GET", url + id_text + "&$filter=statecode%20eq%200") == Errc::malformed);
        CHECK(refused("GET", url + id_text + "&$top=1") == Errc::malformed);
        CHECK(refused("GET", url + id_text + "&fetchXml=%3Cfetch/%3E") == Errc::malformed);
        CHECK(refused("GET", url + id_text + "&" + query + "=" + id_text) == Errc::malformed);
        CHECK(
            refused("GET", secrets + "(" + id_text + ")?" + query + "=" + id_text) ==
            Errc::malformed
        );
        CHECK(refused("GET", secrets + "/$count?" + query + "=" + id_text) == Errc::malformed);
    }
    CHECK(
        refused("GET", secrets + "?savedQuery=" + id_text + "&userQuery=" + id_text) ==
        Errc::malformed
    );
}

TEST_CASE("an option given twice is malformed", "[odata]") {
    CHECK(refused("GET", secrets + "?$top=1&$top=2") == Errc::malformed);
    CHECK(refused("GET", secrets + "?$top=1&%24top=2") == Errc::malformed);
    CHECK(refused("GET", secrets + "?@p=1&@p=2") == Errc::malformed);
    CHECK(refused("GET", secrets + "?UnMaskedData=true&UnMaskedData=false") == Errc::malformed);
}

TEST_CASE("UnMaskedData is true or false and case-sensitive", "[odata]") {
    const auto unmasked = [](const std::string& query) {
        return message<Retrieve>(parsed("GET", secrets + "(" + id_text + ")" + query))
            .selection.unmasked;
    };
    CHECK(unmasked("?UnMaskedData=true"));
    CHECK_FALSE(unmasked("?UnMaskedData=false"));
    CHECK_FALSE(unmasked("?unmaskeddata=true"));
    CHECK(refused("GET", secrets + "?UnMaskedData=TRUE") == Errc::malformed);
}

TEST_CASE("$top is a whole number from 1 on and cut at a page", "[odata]") {
    for (const char* bad :
         {"0", "-1", "9223372036854775808", "2147483648", "a", "", "1.5", "+1", "%201"}) {
        INFO(bad);
        CHECK(refused("GET", secrets + "?$top=" + bad) == Errc::malformed);
    }
    CHECK(message<RetrieveMultiple>(parsed("GET", secrets + "?$top=1")).top == 1U);
    CHECK(message<RetrieveMultiple>(parsed("GET", secrets + "?$top=999999")).top == 5000U);
}

TEST_CASE("odata.maxpagesize sets the page and makes $top ignored", "[odata]") {
    const auto list = [](const std::string& prefer) {
        return message<RetrieveMultiple>(
            parsed("GET", secrets + "?$top=3", {}, {{"Prefer", prefer}})
        );
    };
    CHECK(list("odata.maxpagesize=2").page_size == 2);
    CHECK_FALSE(list("odata.maxpagesize=2").top);
    CHECK(list("odata.maxpagesize=99999999999999999999").page_size == 5000);
    CHECK(list("respond-async, odata.maxpagesize=5001").page_size == 5000);
    for (const char* bad : {"0", "-1", "x", "", "1.5"}) {
        INFO(bad);
        CHECK(
            refused("GET", secrets, {}, {{"Prefer", "odata.maxpagesize=" + std::string{bad}}}) ==
            Errc::malformed
        );
    }
}

TEST_CASE("$count as a path counts and takes a filter only", "[odata]") {
    const auto out = message<RetrieveMultiple>(
        parsed("GET", secrets + "/$count?$filter=contains(msdyn_name,'a')")
    );
    CHECK(out.count_only);
    CHECK(out.filter);
    CHECK(refused("GET", secrets + "/$count?$top=1") == Errc::malformed);
    CHECK(refused("GET", secrets + "?$count=yes") == Errc::malformed);
    CHECK(refused("POST", secrets + "/$count", "{}") == Errc::method_not_allowed);
}

TEST_CASE("options of lists are malformed on one row", "[odata]") {
    for (const char* option :
         {"$filter=statecode%20eq%200", "$top=1", "$orderby=msdyn_name", "$count=true"}) {
        CHECK(refused("GET", secrets + "(" + id_text + ")?" + option) == Errc::malformed);
    }
}

TEST_CASE("one row is named by id, by primary key name or by alternate key", "[odata]") {
    const auto by_id = [](const std::string& key) {
        return to_string(
            std::get<Uuid>(message<Retrieve>(parsed("GET", secrets + "(" + key + ")")).target.by)
        );
    };
    CHECK(by_id(id_text) == id_text);
    CHECK(by_id("msdyn_octwitterhandlesecretid=" + id_text) == id_text);
    CHECK(by_id("ABCDEF00-2222-4222-8222-222222222222") == "abcdef00-2222-4222-8222-222222222222");

    const auto parsed_key =
        parsed("GET", secrets + "(msdyn_octwitteruniquehandleid='it''s%20%26')");
    CHECK(
        parsed_key.context.key_form ==
        "msdyn_octwitterhandlesecrets(msdyn_octwitteruniquehandleid='it''s%20%26')"
    );
    const auto& key = std::get<messages::KeyValues>(message_if<Retrieve>(parsed_key)->target.by);
    CHECK(key.key->columns.size() == 1);
    CHECK(std::get<std::string>(key.values.at(0)) == "it's &");
}

TEST_CASE("anything else is no key", "[odata]") {
    for (const std::string key :
         {"",
          "''",
          "1",
          "'a'",
          "{22222222-2222-4222-8222-222222222222}",
          "22222222222242228222222222222222",
          "00000000-0000-0000-0000-000000000000",
          "msdyn_name='a'",
          "msdyn_octwitteruniquehandleid=null",
          "msdyn_octwitteruniquehandleid=5",
          "msdyn_octwitteruniquehandleid='a',msdyn_name='b'",
          "msdyn_octwitteruniquehandleid='a',",
          "msdyn_octwitteruniquehandleid='a",
          "msdyn_useraccesstoken='hunter2'",
          "@p",
          "msdyn_octwitteruniquehandleid=@p",
          "nosuch='a'",
          "msdyn_octwitteruniquehandleid='a',msdyn_octwitteruniquehandleid='a'"}) {
        INFO(key);
        const auto error = rejection(parsed("GET", secrets + "(" + key + ")"));
        CHECK(error.code == Errc::malformed);
        CHECK(error.message.find("hunter2") == std::string::npos);
    }
}

TEST_CASE("the value of a key may be an alias, which the answer spells out", "[odata]") {
    const std::string name = "msdyn_octwitteruniquehandleid";
    const auto asked = [&](const std::string& key, const std::string& aliases) {
        return parsed("GET", secrets + "(" + key + ")?" + aliases);
    };
    const auto key_of = [&](const std::string& key, const std::string& aliases) {
        const auto target = message<Retrieve>(asked(key, aliases)).target;
        return std::get<std::string>(std::get<messages::KeyValues>(target.by).values.at(0));
    };
    const auto id_of = [&](const std::string& key, const std::string& aliases) {
        return to_string(std::get<Uuid>(message<Retrieve>(asked(key, aliases)).target.by));
    };
    CHECK(key_of(name + "=@k", "@k='1000000001'") == "1000000001");
    CHECK(key_of(name + "%20=%20@k", "$select=msdyn_name&@k=%20'it''s%20%26%2F'") == "it's &/");
    CHECK(key_of(name + "='@k'", "@k='a'") == "@k");
    CHECK(id_of("@k", "@k=" + id_text) == id_text);
    CHECK(id_of("msdyn_octwitterhandlesecretid=@k", "@k=" + id_text) == id_text);
    const auto form = [&](const std::string& key, const std::string& aliases) {
        return asked(key, aliases).context.key_form;
    };
    const std::string begin = "msdyn_octwitterhandlesecrets(" + name + "=";
    CHECK(form(name + "=@k", "@k='it''s%20%26%2F'") == begin + "'it%27%27s%20%26%2F')");
    CHECK(form(name + "='a@b'", "") == begin + "'a@b')");
    CHECK(form("@k", "@k=" + id_text).empty());
    CHECK(is_message<messages::Disassociate>(parsed(
        "DELETE",
        "/api/data/v9.2/systemusers(@u)/systemuserroles_association(@r)/$ref?@u=" + id_text +
            "&@r=" + other_id_text
    )));
    for (const auto& [key, aliases] : std::initializer_list<std::pair<std::string, std::string>>{
             {name + "=@k", ""},
             {name + "=@k", "@k="},
             {name + "=@k", "@k=null"},
             {name + "=@k", "@k=5"},
             {name + "=@k", "@K='a'"},
             {name + "=@k", "@k='a','b'"},
             {name + "=@k", "@k='a'," + name + "='b'"},
             {name + "=@k", "@k=@l&@l='a'"},
             {name + "=@k", "@k=\"a\""},
             {name + "=@k'b'", "@k='a'"},
             {name + "=@k@l", "@k='a'&@l='b'"},
             {"@n='a'", "@n=" + name},
             {"@k", "@k=" + name + "='a'"},
             {"@k", "@k='a'"},
             {"@k", "@k=00000000-0000-0000-0000-000000000000"},
             {"@k,@k", "@k=" + id_text}}) {
        CAPTURE(key, aliases);
        CHECK(rejection(asked(key, aliases)).code == Errc::malformed);
    }
    // In a body there is no URL whose aliases it could be.
    const std::string body =
        "{\"msdyn_octwitterhandleid@odata.bind\":\"msdyn_octwitterhandles(@k)\"}";
    CHECK(refused("POST", secrets + "?@k=" + id_text, body) == Errc::bad_payload);
}

TEST_CASE("what is a lookup's or a choice's name alone is no column of a query", "[odata]") {
    for (const char* name :
         {"owneridname", "owneridtype", "owneridyominame", "createdbyname", "statecodename"}) {
        CAPTURE(name);
        const std::string attribute = name;
        CHECK(refused("GET", secrets + "?$select=" + attribute) == Errc::unknown_property);
        for (const auto& element :
             {"<attribute name=\"" + attribute + "\"/>",
              "<order attribute=\"" + attribute + "\"/>",
              "<filter><condition attribute=\"" + attribute +
                  "\" operator=\"not-null\"/></filter>"}) {
            const auto xml = "<fetch><entity name=\"msdyn_octwitterhandlesecret\">" + element +
                             "</entity></fetch>";
            CHECK(
                refused("GET", secrets + "?fetchXml=" + percent_encode(xml)) ==
                Errc::unknown_property
            );
        }
    }
}

TEST_CASE("a path that goes too far says so", "[odata]") {
    const auto error = [](const std::string& path) {
        return rejection(parsed("GET", secrets + "(" + id_text + ")/" + path));
    };
    const auto handle = "/api/data/v9.2/msdyn_octwitterhandles(" + id_text + ")/";
    const std::string children =
        "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid";
    const std::string too_far =
        "A path that goes on behind a navigation property is not supported, but for $ref and "
        "$count.";
    for (const auto* path :
         {"msdyn_octwitterhandleid/msdyn_name",
          "msdyn_octwitterhandleid/msdyn_octwitterapplicationid",
          "ownerid/fullname/$value"}) {
        CAPTURE(path);
        CHECK(error(path).code == Errc::unsupported);
        CHECK(error(path).message == too_far);
    }
    CHECK(rejection(parsed("GET", handle + children + "/msdyn_name")).message == too_far);
    const auto by_key = rejection(parsed("GET", handle + children + "(" + other_id_text + ")"));
    CHECK(by_key.code == Errc::unsupported);
    CHECK(
        by_key.message ==
        "A row of a collection by its key is not supported: ask for it in its own entity set."
    );
    CHECK(
        error("ownerid?$select=fullname").message ==
        "$select through a lookup that leads to several tables is not supported."
    );
}

TEST_CASE("systemuser and team take ownerid but not their primary key by name", "[odata]") {
    const std::string users = "/api/data/v9.2/systemusers";
    CHECK(refused("GET", users + "(" + id_text + ")") == Errc::count_);
    CHECK(refused("GET", users + "(ownerid=" + id_text + ")") == Errc::count_);
    CHECK(refused("GET", users + "(systemuserid=" + id_text + ")") == Errc::malformed);
    CHECK(refused("GET", users + "(azureactivedirectoryobjectid=" + id_text + ")") == Errc::count_);
}

TEST_CASE("a property is read by its own URL", "[odata]") {
    const auto out = message<Retrieve>(
        parsed("GET", secrets + "(" + id_text + ")/msdyn_useraccesstoken?UnMaskedData=true")
    );
    REQUIRE(out.property != nullptr);
    CHECK(out.property->name == "msdyn_useraccesstoken");
    CHECK(out.selection.unmasked);
    CHECK(out.selection.columns.size() == 1);
    CHECK(refused("GET", secrets + "(" + id_text + ")/msdyn_name/x") == Errc::unknown_segment);
    CHECK(
        refused("GET", "/api/data/v9.2/rky_credentials(" + id_text + ")/rky_hash") ==
        Errc::unknown_segment
    );
}

TEST_CASE("$value asks for a property as text, as the property itself is asked for", "[odata]") {
    const std::string property = secrets + "(" + id_text + ")/msdyn_useraccesstoken";
    const auto result = parsed("GET", property + "/$value?UnMaskedData=true");
    const auto* out = message_if<Retrieve>(result);
    REQUIRE(out != nullptr);
    CHECK(result.context.raw_value);
    CHECK(out->property->name == "msdyn_useraccesstoken");
    CHECK(out->selection.unmasked);
    CHECK_FALSE(parsed("GET", property).context.raw_value);
    for (const char* method : {"PUT", "DELETE", "PATCH"}) {
        CHECK(refused(method, property + "/$value") == Errc::method_not_allowed);
    }
    CHECK(refused("GET", property + "/$value/x") == Errc::unknown_segment);
    CHECK(refused("GET", property + "/$value()") == Errc::unknown_segment);
    CHECK(refused("GET", property + "/$value?$select=msdyn_name") == Errc::malformed);
    CHECK(refused("GET", property + "/$value?$apply=a") == Errc::malformed);
}

TEST_CASE("a lookup is followed to its row", "[odata]") {
    const auto result = parsed(
        "GET",
        secrets + "(" + id_text + ")/msdyn_octwitterhandleid?$select=msdyn_octwitterscreenname"
    );
    const auto& out = *message_if<Retrieve>(result);
    CHECK(out.follow->name == "msdyn_octwitterhandleid");
    CHECK(result.context.table->name == "msdyn_octwitterhandle");
    CHECK(out.selection.columns[0]->name == "msdyn_octwitterscreenname");
    CHECK(refused("GET", secrets + "(" + id_text + ")/ownerid") == Errc::count_);
    CHECK(
        refused("GET", secrets + "(" + id_text + ")/ownerid?$select=fullname") == Errc::unsupported
    );
    CHECK(
        refused("GET", secrets + "(" + id_text + ")/ownerid/$ref?$select=fullname") ==
        Errc::malformed
    );
    CHECK(
        refused("POST", secrets + "(" + id_text + ")/ownerid/$ref", "{}") ==
        Errc::method_not_allowed
    );
}

TEST_CASE(
    "collection navigation properties list 1:N children and the other side of N:N", "[odata]"
) {
    const auto children = message<RetrieveMultiple>(parsed(
        "GET",
        "/api/data/v9.2/msdyn_octwitterhandles(" + id_text +
            ")/msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid"
            "?$select=msdyn_name"
    ));
    CHECK(children.table->name == "msdyn_octwitterhandlesecret");
    REQUIRE(children.within);
    CHECK(children.within->relationship != nullptr);
    CHECK(to_string(std::get<Uuid>(children.within->parent.by)) == id_text);

    const auto roles = message<RetrieveMultiple>(
        parsed("GET", "/api/data/v9.2/systemusers(" + id_text + ")/systemuserroles_association")
    );
    CHECK(roles.table->name == "role");
    CHECK(roles.within->association->name == "systemuserroles_association");
    const auto users = message<RetrieveMultiple>(
        parsed("GET", "/api/data/v9.2/roles(" + id_text + ")/systemuserroles_association/$count")
    );
    CHECK(users.table->name == "systemuser");
    CHECK(users.count_only);
    CHECK(
        refused("GET", secrets + "(" + id_text + ")/systemuserroles_association") ==
        Errc::unknown_segment
    );
}

TEST_CASE("conditional reads take our tags and forget them where no 304 may be given", "[odata]") {
    const auto get = [](std::vector<http::Header> headers) {
        return message<Retrieve>(
                   parsed("GET", secrets + "(" + id_text + ")", {}, std::move(headers))
        )
            .preconditions;
    };
    CHECK(
        get({{"If-None-Match", "W/\"12\", W/\"13\""}}).not_versions ==
        std::vector<std::uint64_t>{12, 13}
    );
    // Compared weakly, as RFC 9110 says for this header alone.
    CHECK(get({{"If-None-Match", "\"12\""}}).not_versions == std::vector<std::uint64_t>{12});
    CHECK(get({{"If-Match", "\"12\""}}).unmatchable);
    CHECK(get({{"If-None-Match", "null"}}).not_versions.empty());
    CHECK(get({{"If-None-Match", "W/\"12\""}, {"Prefer", "odata.include-annotations=\"*\""}}
    ).not_versions.empty());
    CHECK(get({{"If-None-Match", "\"foreign\""}}).not_versions.empty());
    for (const char* bad : {"12", "W/12", "W/\"12", "*", "", "W/\"1\"\""}) {
        INFO(bad);
        CHECK(
            refused("GET", secrets + "(" + id_text + ")", {}, {{"If-None-Match", bad}}) ==
            Errc::malformed
        );
    }
}

TEST_CASE("a paging token comes back as it went out", "[odata]") {
    const std::string bytes{"\x00\x01token\xFF", 8};
    const auto text = wrap_paging_token({3, bytes});
    CHECK(text.starts_with("<cookie pagenumber=\"3\" pagingcookie=\""));
    CHECK(text.ends_with("\" istracking=\"False\" />"));
    const auto back = unwrap_paging_token(text);
    REQUIRE(back);
    CHECK(back->page == 3);
    CHECK(back->bytes == bytes);
    const auto result = parsed("GET", secrets + "?$skiptoken=" + percent_encode(text));
    CHECK(message_if<RetrieveMultiple>(result)->paging_token == bytes);
    CHECK(result.context.page_number == 3);
}

TEST_CASE("a next link that a client ended with a slash leads on", "[odata]") {
    const auto text = wrap_paging_token({2, "token"});
    const auto result = parsed("GET", secrets + "?$skiptoken=" + percent_encode(text) + "/");
    REQUIRE(message_if<RetrieveMultiple>(result) != nullptr);
    CHECK(message_if<RetrieveMultiple>(result)->paging_token == "token");
    CHECK(
        refused("GET", secrets + "?$skiptoken=" + percent_encode(text) + "//") ==
        Errc::bad_paging_token
    );
}

TEST_CASE("a token that this server never wrote is refused", "[odata]") {
    for (const char* bad :
         {"",
          "x",
          "<cookie/>",
          "<cookie pagenumber=\"1\" pagingcookie=\"AA\" istracking=\"False\" />",
          "<cookie pagenumber=\"02\" pagingcookie=\"AA\" istracking=\"False\" />",
          "<cookie pagenumber=\"2\" pagingcookie=\"\" istracking=\"False\" />",
          "<cookie pagenumber=\"2\" pagingcookie=\"A\" istracking=\"False\" />",
          "<cookie pagenumber=\"2\" pagingcookie=\"AB\" istracking=\"False\" />",
          "<cookie pagenumber=\"2\" pagingcookie=\"A=\" istracking=\"False\" />",
          "<cookie pagenumber=\"99999999999\" pagingcookie=\"AA\" istracking=\"False\" />",
          "<cookie pagenumber=\"2\" istracking=\"False\" />"}) {
        INFO(bad);
        CHECK(
            refused("GET", secrets + "?$skiptoken=" + percent_encode(bad)) == Errc::bad_paging_token
        );
    }
}

TEST_CASE("the query digest is the same on every page and differs between queries", "[odata]") {
    const auto digest = [](const std::string& query, std::vector<http::Header> headers = {}) {
        return message<RetrieveMultiple>(parsed("GET", secrets + query, {}, std::move(headers)))
            .query_digest;
    };
    const auto token = "&$skiptoken=" + percent_encode(wrap_paging_token({2, "t"}));
    const auto first =
        digest("?$filter=statecode%20eq%200&$count=true", {{"Prefer", "odata.maxpagesize=2"}});
    CHECK(first == digest("?$filter=statecode+eq+0" + token));
    CHECK(first != digest("?$filter=statecode%20eq%201"));
    CHECK(first != digest("?$filter=statecode%20eq%200&$select=msdyn_name"));
    CHECK(first != digest("?$filter=statecode%20eq%200&$orderby=msdyn_name"));
    CHECK(first != digest("?$filter=statecode%20eq%200&UnMaskedData=true"));
}

}  // namespace parse_query_test
