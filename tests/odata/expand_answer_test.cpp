// $expand from the URL to the answer, on a real vault.
#include "render_for_test.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace expand_answer_test {

using namespace rookery;
using namespace rookery::odata;
using test::TestVault;
using test::value;

namespace {

using Json = nlohmann::json;

constexpr std::string_view secret_name = "msdyn_octwitterhandlesecret";
constexpr std::string_view handle_name = "msdyn_octwitterhandle";
const std::string api = "/api/data/v9.2/";
const std::string origin = "https://vault.example.com";
const std::string children =
    "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid";

struct Scene {
    TestVault vault;
    Uuid user, team, handle, secret, bare;

    Scene() {
        user = vault.user("ann");
        team = vault.create(
            "team",
            std::pair{"name", std::string("Social")},
            std::pair{
                "businessunitid",
                TestVault::target("businessunit", vault.vault().root_business_unit())}
        );
        handle = vault.create(
            handle_name,
            std::pair{"msdyn_name", std::string("@rookery")},
            std::pair{"ownerid", TestVault::target("team", team)}
        );
        secret = vault.create(
            secret_name,
            std::pair{"msdyn_name", std::string("first")},
            std::pair{"msdyn_octwitterhandleid", TestVault::target(handle_name, handle)},
            std::pair{"ownerid", TestVault::target("systemuser", user)}
        );
        bare = vault.create(secret_name, std::pair{"msdyn_name", std::string("second")});
    }

    /// As SYSTEM.
    http::Response ask(const std::string& path, std::vector<http::Header> headers = {}) {
        auto parsed = odata::parse(
            request("GET", api + path, {}, std::move(headers)), test_root, anyone, user
        );
        if (const auto* rejected = message_if<messages::Rejected>(parsed)) {
            FAIL(path << ": " << rejected->error.message);
        }
        return render(
            parsed.context, value(vault.vault().run(vault.vault().system(), parsed.message))
        );
    }

    /// What the answer to a create shows, created by `who`.
    http::Response post(const access::Caller& who, const std::string& path, const Json& body) {
        auto parsed = odata::parse(
            request("POST", api + path, body.dump(), {{"Prefer", "return=representation"}}),
            test_root,
            anyone,
            user
        );
        return render(parsed.context, value(vault.vault().run(who, parsed.message)));
    }

    Json json(const std::string& path, std::vector<http::Header> headers = {}) {
        const auto answer = ask(path, std::move(headers));
        INFO(body_of(answer));
        REQUIRE(answer.status == 200);
        return Json::parse(body_of(answer));
    }

    static std::string at(std::string_view set, const Uuid& id) {
        return std::string{set} + "(" + to_string(id) + ")";
    }

    [[nodiscard]] std::string secret_path() const {
        return at("msdyn_octwitterhandlesecrets", secret);
    }

    [[nodiscard]] std::string handle_path() const { return at("msdyn_octwitterhandles", handle); }
};

}  // namespace

TEST_CASE("an expanded lookup is an object after the properties", "[odata][expand]") {
    Scene scene;
    const auto answer = scene.json(
        scene.secret_path() +
        "?$select=msdyn_name&$expand=msdyn_octwitterhandleid($select=msdyn_name)"
    );
    CHECK(
        answer.at("@odata.context") ==
        origin + api +
            "$metadata#msdyn_octwitterhandlesecrets(msdyn_name,msdyn_octwitterhandleid("
            "msdyn_name))/$entity"
    );
    CHECK(answer.at("msdyn_name") == "first");
    const auto& row = answer.at("msdyn_octwitterhandleid");
    CHECK(row.at("msdyn_name") == "@rookery");
    CHECK(row.at("msdyn_octwitterhandleid") == to_string(scene.handle));
    CHECK(row.at("@odata.etag").get<std::string>().starts_with("W/\""));
    CHECK(row.size() == 3);
}

TEST_CASE("a row that is created is shown with what it leads to", "[odata][expand]") {
    Scene scene;
    const auto path =
        "msdyn_octwitterhandlesecrets?$select=msdyn_name"
        "&$expand=msdyn_octwitterhandleid($select=msdyn_name;$expand=" +
        children + "($select=msdyn_name))";
    const Json body{
        {"msdyn_name", "third"}, {"msdyn_octwitterhandleid@odata.bind", "/" + scene.handle_path()}};
    const auto answer = scene.post(scene.vault.vault().system(), path, body);
    INFO(body_of(answer));
    REQUIRE(answer.status == 201);
    const auto shown = Json::parse(body_of(answer));
    CHECK(shown.at("msdyn_name") == "third");
    const auto& handle = shown.at("msdyn_octwitterhandleid");
    CHECK(handle.at("msdyn_name") == "@rookery");
    // As it was before the row came.
    REQUIRE(handle.at(children).size() == 1);
    CHECK(handle.at(children).at(0).at("msdyn_name") == "first");
}

TEST_CASE("who may not read what a new row leads to creates none with it", "[odata][expand]") {
    Scene scene;
    scene.vault.associate(
        "systemuserroles_association",
        scene.user,
        scene.vault.role(
            "creator",
            {"prvCreatemsdyn_octwitterhandlesecret", "prvReadmsdyn_octwitterhandlesecret"},
            schema::Depth::global
        )
    );
    const auto ann = TestVault::caller(scene.user);
    const std::string set = "msdyn_octwitterhandlesecrets";
    const auto rows = scene.json(set + "?$select=msdyn_name").at("value").size();
    const Json body{{"msdyn_name", "third"}};
    CHECK(scene.post(ann, set + "?$expand=msdyn_octwitterhandleid", body).status == 403);
    CHECK(scene.json(set + "?$select=msdyn_name").at("value").size() == rows);
    CHECK(scene.post(ann, set, body).status == 201);
}

TEST_CASE("in a list each row has its own, and null where there is none", "[odata][expand]") {
    Scene scene;
    const auto answer = scene.json(
        "msdyn_octwitterhandlesecrets?$select=msdyn_name&$orderby=msdyn_name"
        "&$expand=msdyn_octwitterhandleid($select=msdyn_name)"
    );
    const auto& rows = answer.at("value");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].at("msdyn_octwitterhandleid").at("msdyn_name") == "@rookery");
    CHECK(rows[1].at("msdyn_octwitterhandleid").is_null());
}

TEST_CASE("an expanded collection is a list with a link to all of it", "[odata][expand]") {
    Scene scene;
    const auto answer = scene.json(
        scene.handle_path() + "?$select=msdyn_name&$expand=" + children +
        "($select=msdyn_name;$filter=msdyn_name%20eq%20'first';$top=5)"
    );
    const auto& rows = answer.at(children);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].at("msdyn_name") == "first");
    CHECK(rows[0].at("_msdyn_octwitterhandleid_value") == to_string(scene.handle));
    CHECK(rows[0].contains("@odata.etag"));
    const auto link = answer.at(children + "@odata.nextLink").get<std::string>();
    const auto start = origin + api + scene.handle_path() + "/" + children + "?";
    REQUIRE(link.starts_with(start));
    // The link is a request for the same rows.
    const auto again = scene.json(link.substr(origin.size() + api.size()));
    REQUIRE(again.at("value").size() == 1);
    CHECK(again.at("value")[0].at("msdyn_name") == "first");
    CHECK_FALSE(again.contains("@odata.nextLink"));
}

TEST_CASE("a collection without options links to its URL, an empty one too", "[odata][expand]") {
    Scene scene;
    const auto empty =
        scene.vault.create(handle_name, std::pair{"msdyn_name", std::string("@none")});
    const auto path = Scene::at("msdyn_octwitterhandles", empty);
    const auto answer = scene.json(path + "?$expand=" + children);
    CHECK(answer.at(children) == Json::array());
    CHECK(answer.at(children + "@odata.nextLink") == origin + api + path + "/" + children);
}

TEST_CASE("a link keeps what unmasks", "[odata][expand]") {
    Scene scene;
    const auto answer = scene.json(scene.handle_path() + "?UnMaskedData=true&$expand=" + children);
    const auto link = answer.at(children + "@odata.nextLink").get<std::string>();
    CHECK(link.ends_with("?UnMaskedData=true"));
}

TEST_CASE("rows of an owner say of which table they are", "[odata][expand]") {
    Scene scene;
    const auto of = [&](const std::string& path) {
        return scene
            .json(path + "?$select=msdyn_name&$expand=ownerid($select=ownerid,fullname,name)")
            .at("ownerid");
    };
    const auto user = of(scene.secret_path());
    CHECK(user.at("@odata.type") == "#Microsoft.Dynamics.CRM.systemuser");
    CHECK(user.at("ownerid") == to_string(scene.user));
    CHECK(user.contains("fullname"));
    CHECK_FALSE(user.contains("name"));
    const auto team = of(scene.handle_path());
    CHECK(team.at("@odata.type") == "#Microsoft.Dynamics.CRM.team");
    CHECK(team.at("name") == "Social");
}

TEST_CASE("a reference is the URL of the row", "[odata][expand]") {
    Scene scene;
    const auto answer = scene.json(
        scene.secret_path() + "?$select=msdyn_name&$expand=msdyn_octwitterhandleid/$ref"
    );
    CHECK(
        answer.at("msdyn_octwitterhandleid") ==
        Json{{"@odata.id", origin + api + scene.handle_path()}}
    );
    const auto none = scene.json(
        Scene::at("msdyn_octwitterhandlesecrets", scene.bare) +
        "?$select=msdyn_name&$expand=msdyn_octwitterhandleid/$ref"
    );
    CHECK(none.at("msdyn_octwitterhandleid").is_null());
}

TEST_CASE("expanded rows nest, in lists and out of them", "[odata][expand]") {
    Scene scene;
    const auto answer = scene.json(
        scene.handle_path() + "?$select=msdyn_name&$expand=" + children +
        "($select=msdyn_name;$expand=msdyn_octwitterhandleid($select=msdyn_name))"
    );
    const auto& row = answer.at(children).at(0);
    CHECK(row.at("msdyn_octwitterhandleid").at("msdyn_name") == "@rookery");
    const auto link = answer.at(children + "@odata.nextLink").get<std::string>();
    const auto again = scene.json(link.substr(origin.size() + api.size()));
    CHECK(
        again.at("value").at(0).at("msdyn_octwitterhandleid") == row.at("msdyn_octwitterhandleid")
    );
}

TEST_CASE("expanded rows have the annotations that were asked for", "[odata][expand]") {
    Scene scene;
    const auto answer = scene.json(
        scene.secret_path() +
            "?$select=msdyn_name&$expand=msdyn_octwitterhandleid($select=_ownerid_value)",
        {{"Prefer", "odata.include-annotations=\"*\""}}
    );
    const auto& row = answer.at("msdyn_octwitterhandleid");
    CHECK(row.at("_ownerid_value@OData.Community.Display.V1.FormattedValue") == "Social");
    CHECK(row.at("_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname") == "team");
}

TEST_CASE(
    "full metadata says the type of each expanded row once, and none says none", "[odata][expand]"
) {
    Scene scene;
    const auto with = [&](const std::string& level) {
        return body_of(scene.ask(
            scene.secret_path() + "?$select=msdyn_name&$expand=ownerid($select=ownerid)",
            {{"Accept", "application/json;odata.metadata=" + level}}
        ));
    };
    const auto times = [](const std::string& text, const std::string& part) {
        std::size_t out = 0;
        for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++out;
        return out;
    };
    CHECK(times(with("full"), "\"@odata.type\":\"#Microsoft.Dynamics.CRM.systemuser\"") == 1);
    CHECK(times(with("minimal"), "@odata.type") == 1);
    CHECK(times(with("none"), "@odata") == 0);
}

TEST_CASE("a page of a list goes on with what it expanded", "[odata][expand]") {
    Scene scene;
    const std::string path =
        "msdyn_octwitterhandlesecrets?$select=msdyn_name&$expand=msdyn_octwitterhandleid"
        "($select=msdyn_name)";
    const std::vector<http::Header> one = {{"Prefer", "odata.maxpagesize=1"}};
    const auto first = scene.json(path, one);
    REQUIRE(first.at("value").size() == 1);
    const auto link = first.at("@odata.nextLink").get<std::string>();
    const auto second = scene.json(link.substr(origin.size() + api.size()), one);
    REQUIRE(second.at("value").size() == 1);
    CHECK(second.at("value")[0].contains("msdyn_octwitterhandleid"));
    CHECK(first.at("value")[0].at("msdyn_name") != second.at("value")[0].at("msdyn_name"));
}

TEST_CASE("the row that a lookup leads to is expanded as well", "[odata][expand]") {
    Scene scene;
    const auto answer = scene.json(
        scene.secret_path() + "/msdyn_octwitterhandleid?$select=msdyn_name&$expand=ownerid"
    );
    CHECK(answer.at("ownerid").at("name") == "Social");
}

TEST_CASE("the members of a collection are expanded as a list is", "[odata][expand]") {
    Scene scene;
    const auto answer = scene.json(
        scene.handle_path() + "/" + children +
        "?$select=msdyn_name&$expand=ownerid($select=fullname)"
    );
    REQUIRE(answer.at("value").size() == 1);
    CHECK(answer.at("value")[0].at("ownerid").contains("fullname"));
}

TEST_CASE("users come with their roles, as pages for administrators ask", "[odata][expand]") {
    Scene scene;
    const auto answer =
        scene.json("systemusers?$select=fullname&$expand=systemuserroles_association($select=name)"
        );
    std::size_t roles = 0;
    for (const auto& row : answer.at("value")) {
        roles += row.at("systemuserroles_association").size();
        CHECK(row.contains("systemuserroles_association@odata.nextLink"));
    }
    CHECK(roles > 0);
}

}  // namespace expand_answer_test
