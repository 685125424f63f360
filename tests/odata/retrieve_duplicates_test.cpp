// RetrieveDuplicates: which rows it gives of whom, to whom, and how it is asked.
#include "duplicate_scene.hpp"
#include "odata/request/quoted_json.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace retrieve_duplicates_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;
using schema::Depth;

namespace {

struct Scene : DuplicateScene {
    static std::string url(
        const std::string& entity, const std::string& table = handle_table,
        const std::string& paging = "{'PageNumber':1,'Count':50}"
    ) {
        return "RetrieveDuplicates(BusinessEntity=@p1,MatchingEntityName=@p2,PagingInfo=@p3)?@p1=" +
               escaped(entity) + "&@p2='" + table + "'&@p3=" + escaped(paging);
    }

    static std::string escaped(const std::string& text) {
        std::string out;
        for (const char c : text) {
            if (c == '"') {
                out += "%22";
            } else if (c == '#') {
                out += "%23";
            } else if (c == '\\') {
                out += "%5C";
            } else {
                out += c;
            }
        }
        return out;
    }

    static std::string named(const std::string& name) {
        return "{'@odata.type':'Microsoft.Dynamics.CRM.msdyn_octwitterhandle','msdyn_name':'" +
               name + "'}";
    }

    static std::string of_row(const std::string& id) {
        return "{'@odata.type':'Microsoft.Dynamics.CRM.msdyn_octwitterhandle',"
               "'msdyn_octwitterhandleid':'" +
               id + "'}";
    }

    std::string handle(const json& body) { return made(handles, body); }

    /// The row gets a token, by somebody who may write it and reads it masked.
    void token_in(const std::string& id) {
        const auto profile =
            vault.create("fieldsecurityprofile", std::pair{"name", std::string("writer")});
        vault.create(
            "fieldpermission",
            std::pair{
                "fieldsecurityprofileid", test::TestVault::target("fieldsecurityprofile", profile)},
            std::pair{"entityname", std::string("msdyn_octwitterhandlesecret")},
            std::pair{"attributelogicalname", std::string("msdyn_useraccesstoken")},
            std::pair{"cancreate", std::int64_t{4}},
            std::pair{"canread", std::int64_t{4}},
            std::pair{"canupdate", std::int64_t{4}}
        );
        const auto writer = user_with(
            "writer",
            {"prvReadmsdyn_octwitterhandlesecret", "prvWritemsdyn_octwitterhandlesecret"},
            Depth::global
        );
        vault.associate("systemuserprofiles_association", writer, profile);
        const auto out = ask_as(
            writer,
            "PATCH",
            secrets + "(" + id + ")",
            R"({"msdyn_useraccesstoken":"the token"})",
            {{"If-Match", "*"}}
        );
        INFO(out.body);
        REQUIRE(out.status == 204);
        seer = writer;
    }

    Uuid seer;  // of masks

    static std::set<std::string> ids(const Asked& asked) {
        INFO(asked.body);
        REQUIRE(asked.status == 200);
        std::set<std::string> out;
        const auto answer = asked.json();
        for (const auto& row : answer.at("value")) {
            out.insert(row.at("msdyn_octwitterhandleid").get<std::string>());
        }
        return out;
    }
};

}  // namespace

TEST_CASE(
    "the duplicates of a row that is there are others, with all of their columns", "[odata]"
) {
    Scene scene;
    scene.published("msdyn_name");
    const auto one = scene.handle({{"msdyn_name", "rook"}});
    const auto two = scene.handle({{"msdyn_name", "ROOK"}});
    scene.handle({{"msdyn_name", "crow"}});
    const auto asked = scene.ask("GET", Scene::url(Scene::of_row(one)));
    CHECK(Scene::ids(asked) == std::set{two});
    const auto answer = asked.json();
    CHECK(answer.at("@odata.context")
              .get<std::string>()
              .ends_with("/$metadata#msdyn_octwitterhandles"));
    const auto& row = answer.at("value").at(0);
    CHECK(row.at("msdyn_name") == "ROOK");
    CHECK(row.contains("@odata.etag"));
    CHECK(row.contains("_ownerid_value"));
    CHECK_FALSE(answer.contains("@odata.nextLink"));
    // What is given is over what is there.
    CHECK(Scene::ids(scene.ask(
                         "GET",
                         Scene::url(
                             "{\"@odata.type\":\"#Microsoft.Dynamics.CRM.msdyn_octwitterhandle\","
                             "\"msdyn_octwitterhandleid\":\"" +
                             two + "\",\"msdyn_name\":\"nothing\"}"
                         )
                     ))
              .empty());
    CHECK(scene.ask("GET", Scene::url(Scene::of_row(other_id_text))).status == 404);
}

TEST_CASE(
    "the duplicates of a row that is only described are those that it would have", "[odata]"
) {
    Scene scene;
    const auto application = scene.made("msdyn_octwitterapplications", {{"msdyn_name", "app"}});
    scene.published("msdyn_name");
    const auto first = scene.published("msdyn_octwitterapplicationid");
    const auto one = scene.handle({{"msdyn_name", "it's \"me\""}});
    const auto two = scene.handle(
        {{"msdyn_octwitterapplicationid@odata.bind",
          "/msdyn_octwitterapplications(" + application + ")"}}
    );
    CHECK(Scene::ids(scene.ask("GET", Scene::url(Scene::named("it''s \"me\"")))) == std::set{one});
    const auto both =
        "{'@odata.type':'Microsoft.Dynamics.CRM.msdyn_octwitterhandle','msdyn_name':\"it's "
        "\\\"me\\\"\",'msdyn_octwitterapplicationid@odata.bind':'/msdyn_octwitterapplications(" +
        application + ")'}";
    CHECK(Scene::ids(scene.ask("GET", Scene::url(both))) == std::set{one, two});
    CHECK(Scene::ids(scene.ask("GET", Scene::url(Scene::named("nobody")))).empty());
    scene.unpublish(first);
    CHECK(Scene::ids(scene.ask("GET", Scene::url(both))) == std::set{one});
    // Of another table no rule says anything.
    const auto other =
        scene.ask("GET", Scene::url(Scene::named("app"), "msdyn_octwitterapplication"));
    REQUIRE(other.status == 200);
    CHECK(other.json().at("value").empty());
}

TEST_CASE("each row comes once, in pages by their number", "[odata]") {
    Scene scene;
    scene.published("msdyn_name");
    scene.published("msdyn_octwitterscreenname");
    std::set<std::string> all;
    for (int i = 0; i < 7; ++i) {
        all.insert(scene.handle({{"msdyn_name", "rook"}, {"msdyn_octwitterscreenname", "s"}}));
    }
    const auto entity =
        "{'@odata.type':'Microsoft.Dynamics.CRM.msdyn_octwitterhandle','msdyn_name':'rook',"
        "'msdyn_octwitterscreenname':'s'}";
    const auto page = [&](int number, int count) {
        return scene.ask(
            "GET",
            Scene::url(
                entity,
                Scene::handle_table,
                "{'PageNumber':" + std::to_string(number) + ",'Count':" + std::to_string(count) +
                    "}"
            )
        );
    };
    std::set<std::string> seen;
    for (const auto& [number, size] : {std::pair{1, 3}, {2, 3}, {3, 1}, {4, 0}}) {
        const auto ids = Scene::ids(page(number, 3));
        CHECK(ids.size() == static_cast<std::size_t>(size));
        for (const auto& id : ids) CHECK(seen.insert(id).second);
    }
    CHECK(seen == all);
    CHECK(page(1, 5000).status == 200);
    CHECK(page(2, 5000).status == 400);
    for (const std::string paging :
         {"{}",
          "{'PageNumber':0,'Count':1}",
          "{'PageNumber':1,'Count':0}",
          "{'PageNumber':1}",
          "{'PageNumber':'1','Count':1}",
          "1",
          "{'PageNumber':1,'Count':1,'More':1}"}) {
        INFO(paging);
        CHECK(scene.ask("GET", Scene::url(entity, Scene::handle_table, paging)).status == 400);
    }
}

TEST_CASE(
    "rows that the caller may not read are not among them, and tokens are masked", "[odata]"
) {
    Scene scene;
    scene.published("msdyn_name", {}, "msdyn_octwitterhandlesecret");
    const auto user = scene.user_with("user", {"prvReadmsdyn_octwitterhandlesecret"}, Depth::basic);
    const auto owner = "/systemusers(" + to_string(user) + ")";
    const auto own =
        scene.made(Scene::secrets, {{"msdyn_name", "token"}, {"ownerid@odata.bind", owner}});
    scene.token_in(own);
    const auto hidden = scene.made(Scene::secrets, {{"msdyn_name", "token"}});
    const auto url = Scene::url(
        "{'@odata.type':'Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret','msdyn_name':'token'}",
        "msdyn_octwitterhandlesecret"
    );
    const auto of_hidden = Scene::url(
        "{'@odata.type':'Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret',"
        "'msdyn_octwitterhandlesecretid':'" +
            hidden + "'}",
        "msdyn_octwitterhandlesecret"
    );
    const auto seen = scene.ask_as(user, "GET", url);
    REQUIRE(seen.status == 200);
    REQUIRE(seen.json().at("value").size() == 1);
    CHECK(seen.json().at("value").at(0).at("msdyn_octwitterhandlesecretid") == own);
    CHECK(seen.body.find("the token") == std::string::npos);
    CHECK(scene.ask_as(user, "GET", of_hidden).status == 403);
    CHECK(scene.ask("GET", url).json().at("value").size() == 2);
    const auto masked = scene.ask_as(scene.seer, "GET", url);
    REQUIRE(masked.status == 200);
    CHECK(masked.json().at("value").size() == 2);
    CHECK(masked.body.find("********") != std::string::npos);
    CHECK(masked.body.find("the token") == std::string::npos);
    const auto stranger = scene.vault.user("stranger");
    CHECK(scene.ask_as(stranger, "GET", url).status == 403);
    // Nobody asks by a token.
    const auto token = Scene::url(
        "{'@odata.type':'Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret',"
        "'msdyn_useraccesstoken':'the token'}",
        "msdyn_octwitterhandlesecret"
    );
    CHECK(scene.ask("GET", token).status == 400);
}

TEST_CASE("RetrieveDuplicates takes a described row, a table and a page", "[odata]") {
    Scene scene;
    for (const auto& url :
         {Scene::url("{}"),
          Scene::url("{'msdyn_name':'x'}"),
          Scene::url("{'@odata.type':'Microsoft.Dynamics.CRM.nothing'}"),
          Scene::url("'x'"),
          Scene::url("{'@odata.type':'Microsoft.Dynamics.CRM.msdyn_octwitterhandle','no':1}"),
          Scene::url("{'@odata.type':'Microsoft.Dynamics.CRM.msdyn_octwitterhandle'"),
          Scene::url(Scene::named("x"), "nothing"),
          Scene::url(Scene::named("x")) + "&$select=msdyn_name",
          std::string("RetrieveDuplicates()")}) {
        INFO(url);
        CHECK(scene.ask("GET", url).status == 400);
    }
    CHECK(
        scene.ask("GET", Scene::url("{'@odata.type':'Microsoft.Dynamics.CRM.role'}")).code() ==
        "0x80048410"
    );
    CHECK(scene.ask("GET", Scene::url(Scene::named("x"), "role")).code() == "0x80048410");
    CHECK(scene.ask("POST", "RetrieveDuplicates", "{}").status == 405);
}

TEST_CASE("texts in single quotes become JSON's own", "[odata]") {
    CHECK(with_double_quotes("{'a':'b'}") == "{\"a\":\"b\"}");
    CHECK(with_double_quotes("{\"a\":\"it's\"}") == "{\"a\":\"it's\"}");
    CHECK(with_double_quotes("{'a':'it''s'}") == "{\"a\":\"it's\"}");
    CHECK(with_double_quotes(R"({'a':'it\'s "x"'})") == R"({"a":"it's \"x\""})");
    CHECK(with_double_quotes(R"({"a":"\"'"})") == R"({"a":"\"'"})");
    CHECK(with_double_quotes(R"('\n')") == R"("\n")");
    CHECK(with_double_quotes("'a") == "\"a");
    CHECK(with_double_quotes("\"\\") == "\"\\");
    CHECK(with_double_quotes("'\\") == "\"\\");
    CHECK(with_double_quotes("").empty());
}

}  // namespace retrieve_duplicates_test
