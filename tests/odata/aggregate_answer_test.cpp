// $apply and FetchXML's aggregates, distinct rows and names, from the URL to the answer, on a real vault.
#include "aggregate_scene.hpp"

namespace aggregate_answer_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

const std::vector<http::Header> with_annotations = {{"Prefer", "odata.include-annotations=\"*\""}};
const std::string formatted = "@OData.Community.Display.V1.FormattedValue";

struct Scene : AggregateScene {
    Scene() {
        create("rook", 1, "2023-03-25T10:00:00Z", true);
        create("Rook", 2000, "2023-08-25T10:00:00Z", true);
        create("crow", std::nullopt, "2022-06-01T00:00:00Z", false);
        create(std::nullopt, 3, "2024-01-01T00:00:00Z", false);
    }
};

}  // namespace

TEST_CASE(
    "an aggregate is one object, under its name, in the context of the set", "[odata][aggregate]"
) {
    Scene scene;
    const auto answer = scene.json(AggregateScene::apply(
        "aggregate($count as n,importsequencenumber with sum as total,importsequencenumber with "
        "average as mean,createdon with max as last,msdyn_name with countdistinct as "
        "names)"
    ));
    CHECK(
        answer["@odata.context"] ==
        "https://vault.example.com/api/data/v9.2/$metadata#msdyn_octwitterhandlesecrets"
    );
    REQUIRE(answer["value"].size() == 1);
    const Json wanted = {
        {"n", 4}, {"total", 2004}, {"mean", 668}, {"last", "2024-01-01T00:00:00Z"}, {"names", 2}};
    CHECK(answer["value"][0] == wanted);
    CHECK_FALSE(answer.contains("@odata.nextLink"));
}

TEST_CASE(
    "groups have their keys under their names, and nulls are left out", "[odata][aggregate]"
) {
    Scene scene;
    const auto answer =
        scene.json(AggregateScene::apply("groupby((msdyn_name),aggregate($count as n))"));
    const Json wanted = Json::array(
        {{{"n", 1}}, {{"msdyn_name", "crow"}, {"n", 1}}, {{"msdyn_name", "Rook"}, {"n", 2}}}
    );
    CHECK(answer["value"] == wanted);
    const auto keys = scene.json(AggregateScene::apply("groupby((_ownerid_value))"));
    CHECK(keys["value"].size() == 2);
}

TEST_CASE(
    "formatted values are there on demand, of numbers, choices, dates and lookups",
    "[odata][aggregate]"
) {
    Scene scene;
    const auto answer = scene.json(
        AggregateScene::apply(
            "filter(_ownerid_value eq " + to_string(scene.team) +
            ")/groupby((statuscode,_ownerid_value),aggregate(importsequencenumber with sum as "
            "total,createdon with min as first))"
        ),
        with_annotations
    );
    REQUIRE(answer["value"].size() == 1);
    const auto& group = answer["value"][0];
    CHECK(group["statuscode"] == 1);
    CHECK(group["statuscode" + formatted] == "Active");
    CHECK(group["_ownerid_value"] == to_string(scene.team));
    CHECK(group["_ownerid_value" + formatted] == "Social");
    CHECK(group["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "team");
    CHECK(group["total"] == 2001);
    CHECK(group["total" + formatted] == "2,001");
    CHECK(group["first" + formatted] == "3/25/2023 10:00 AM");
}

TEST_CASE("of no rows there is one object with counts of 0, and no group", "[odata][aggregate]") {
    AggregateScene scene;
    CHECK(
        scene.json(AggregateScene::apply("aggregate($count as n,importsequencenumber with sum as s)"
        ))["value"] == Json::array({{{"n", 0}}})
    );
    CHECK(
        scene.json(AggregateScene::apply("aggregate(importsequencenumber with max as m)")
        )["value"] == Json::array({Json::object()})
    );
    CHECK(scene.json(AggregateScene::apply("groupby((statecode))"))["value"].empty());
}

TEST_CASE(
    "FetchXML answers aggregates under their aliases, dates by their parts", "[odata][aggregate]"
) {
    Scene scene;
    const auto answer = scene.json(
        AggregateScene::fetch(
            "<attribute name=\"createdon\" alias=\"year\" groupby=\"true\" "
            "dategrouping=\"year\"/>"
            "<attribute name=\"msdyn_name\" alias=\"rows\" aggregate=\"count\"/>"
            "<attribute name=\"msdyn_name\" alias=\"named\" aggregate=\"countcolumn\"/>"
            "<order alias=\"rows\" descending=\"true\"/><order alias=\"year\"/>",
            "aggregate=\"true\""
        ),
        with_annotations
    );
    REQUIRE(answer["value"].size() == 3);
    CHECK(answer["value"][0]["year"] == 2023);
    CHECK(answer["value"][0]["year" + formatted] == "2023");
    CHECK(answer["value"][0]["rows"] == 2);
    CHECK(answer["value"][1]["year"] == 2022);
    CHECK(answer["value"][2]["year"] == 2024);
    CHECK(answer["value"][2]["named"] == 0);
    CHECK(answer["@Microsoft.Dynamics.CRM.morerecords"] == false);
}

TEST_CASE(
    "groups of FetchXML go on with the cookie, and with the number of a page alone",
    "[odata][aggregate]"
) {
    Scene scene;
    const auto page = [&](const std::string& more) {
        return scene.json(
            AggregateScene::fetch(
                "<attribute name=\"msdyn_name\" alias=\"name\" groupby=\"true\"/>",
                "aggregate=\"true\" count=\"2\" " + more
            ),
            with_annotations
        );
    };
    const auto first = page("");
    CHECK(first["value"].size() == 2);
    CHECK(first["@Microsoft.Dynamics.CRM.morerecords"] == true);
    CHECK_FALSE(first.contains("@odata.nextLink"));
    CHECK(first.contains("@Microsoft.Dynamics.CRM.fetchxmlpagingcookie"));
    const auto second = page("page=\"2\"");
    REQUIRE(second["value"].size() == 1);
    CHECK(second["value"][0]["name"] == "Rook");
    CHECK(second["@Microsoft.Dynamics.CRM.morerecords"] == false);
}

TEST_CASE("$apply goes on with its next link", "[odata][aggregate]") {
    Scene scene;
    const auto prefer = std::vector<http::Header>{{"Prefer", "odata.maxpagesize=2"}};
    const auto first = scene.json(AggregateScene::apply("groupby((msdyn_name))"), prefer);
    CHECK(first["value"].size() == 2);
    const auto link = first["@odata.nextLink"].get<std::string>();
    CHECK(link.find("$apply=") != std::string::npos);
    const auto second = scene.json(link.substr(link.find('?') + 1), prefer);
    REQUIRE(second["value"].size() == 1);
    CHECK(second["value"][0]["msdyn_name"] == "Rook");
    CHECK_FALSE(second.contains("@odata.nextLink"));
}

TEST_CASE("distinct rows are each there once, with their nulls", "[odata][aggregate]") {
    Scene scene;
    const auto answer = scene.json(AggregateScene::fetch(
        "<attribute name=\"msdyn_name\"/><order attribute=\"msdyn_name\" descending=\"true\"/>",
        "distinct=\"true\""
    ));
    const Json wanted =
        Json::array({{{"msdyn_name", "Rook"}}, {{"msdyn_name", "crow"}}, {{"msdyn_name", nullptr}}}
        );
    CHECK(answer["value"] == wanted);
    CHECK(
        answer["@odata.context"] ==
        "https://vault.example.com/api/data/v9.2/$metadata#msdyn_octwitterhandlesecrets(msdyn_name)"
    );
}

TEST_CASE("a column that FetchXML gives another name has it, and its annotations too", "[odata]") {
    Scene scene;
    const auto answer = scene.json(
        AggregateScene::fetch(
            "<attribute name=\"ownerid\" alias=\"who\"/><filter><condition attribute=\"ownerid\" "
            "operator=\"eq\" value=\"" +
                to_string(scene.team) + "\"/></filter>",
            "top=\"1\""
        ),
        with_annotations
    );
    const auto& row = answer["value"].at(0);
    CHECK(row["who"] == to_string(scene.team));
    CHECK(row["who" + formatted] == "Social");
    CHECK_FALSE(row.contains("_ownerid_value"));
    CHECK(row.contains("msdyn_octwitterhandlesecretid"));
}

TEST_CASE("whoever reads nothing is refused, and gets no number", "[odata][aggregate]") {
    Scene scene;
    const auto answer = scene.ask(
        test::TestVault::caller(scene.stranger), AggregateScene::apply("aggregate($count as n)")
    );
    CHECK(answer.status == 403);
    CHECK(body_of(answer).find("\"n\"") == std::string::npos);
}

TEST_CASE("too many rows are refused with the code that clients know", "[odata][aggregate]") {
    Scene scene;
    const auto asked = [](const std::string& limit) {
        return AggregateScene::fetch(
            "<attribute name=\"msdyn_name\" alias=\"n\" aggregate=\"count\"/>",
            "aggregate=\"true\" aggregatelimit=\"" + limit + "\""
        );
    };
    CHECK(scene.json(asked("4"))["value"][0]["n"] == 4);
    const auto refused = scene.ask(scene.vault.vault().system(), asked("3"));
    CHECK(refused.status == 400);
    CHECK(Json::parse(body_of(refused))["error"]["code"] == "0x8004e023");
}

}  // namespace aggregate_answer_test
