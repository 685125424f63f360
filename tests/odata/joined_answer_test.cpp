// Links of FetchXML and filters through relationships, from the URL to the answer, on a real vault.
#include "base/percent_encode.hpp"
#include "render_for_test.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace joined_answer_test {

using namespace rookery;
using namespace rookery::odata;
using test::TestVault;
using test::value;

namespace {

using Json = nlohmann::json;

constexpr std::string_view secret_name = "msdyn_octwitterhandlesecret";
constexpr std::string_view handle_name = "msdyn_octwitterhandle";
const std::string api = "/api/data/v9.2/";
const std::string children =
    "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid";
const std::string formatted = "@OData.Community.Display.V1.FormattedValue";

/// Two handles, of which one has three secrets and the other none, and a secret of no handle.
struct Scene {
    TestVault vault;
    Uuid user, team, handle, empty;
    std::vector<Uuid> of_handle;
    Uuid bare;

    Scene() {
        user = vault.user("ann");
        team = vault.create(
            "team",
            std::pair{"name", std::string("Social")},
            std::pair{
                "businessunitid",
                TestVault::target("businessunit", vault.vault().root_business_unit())}
        );
        vault.associate("teammembership_association", team, user);
        handle = create_handle("@rookery");
        empty = create_handle("@empty");
        for (const auto* name : {"a", "b", "c"}) {
            of_handle.push_back(vault.create(
                secret_name,
                std::pair{"msdyn_name", std::string(name)},
                std::pair{"msdyn_octwitterhandleid", TestVault::target(handle_name, handle)}
            ));
        }
        bare = vault.create(secret_name, std::pair{"msdyn_name", std::string("bare")});
    }

    Uuid create_handle(const std::string& name) {
        return vault.create(
            handle_name,
            std::pair{"msdyn_name", name},
            std::pair{"ownerid", TestVault::target("team", team)}
        );
    }

    Result<http::Response> ask(const std::string& path, std::vector<http::Header> headers) {
        auto parsed = odata::parse(
            request("GET", api + path, {}, std::move(headers)), test_root, anyone, user
        );
        if (const auto* rejected = message_if<messages::Rejected>(parsed)) {
            return fail(rejected->error);
        }
        return render(
            parsed.context, value(vault.vault().run(vault.vault().system(), parsed.message))
        );
    }

    Json json(const std::string& path, std::vector<http::Header> headers = {}) {
        const auto answer = value(ask(path, std::move(headers)));
        INFO(body_of(answer));
        REQUIRE(answer.status == 200);
        return Json::parse(body_of(answer));
    }

    int status(const std::string& path) { return value(ask(path, {})).status; }

    static std::string filtered(const std::string& set, const std::string& filter) {
        return set + "?$filter=" + percent_encode(filter);
    }

    static std::string fetch(
        std::string_view table, const std::string& inside, const std::string& more = {}
    ) {
        return std::string{schema::table(table)->set_name} + "?fetchXml=" +
               percent_encode(
                   "<fetch " + more + "><entity name=\"" + std::string{table} + "\">" + inside +
                   "</entity></fetch>"
               );
    }

    static std::string to_handle(const std::string& attributes, const std::string& inside) {
        return "<link-entity name=\"msdyn_octwitterhandle\" from=\"msdyn_octwitterhandleid\" "
               "to=\"msdyn_octwitterhandleid\" " +
               attributes + ">" + inside + "</link-entity>";
    }

    static std::string to_secrets(const std::string& attributes, const std::string& inside) {
        return "<link-entity name=\"msdyn_octwitterhandlesecret\" "
               "from=\"msdyn_octwitterhandleid\" to=\"msdyn_octwitterhandleid\" " +
               attributes + ">" + inside + "</link-entity>";
    }
};

const std::string name_column = "<attribute name=\"msdyn_name\"/>";
const std::string outer = "link-type=\"outer\"";
const std::string by_name = "<order attribute=\"msdyn_name\"/>";

std::vector<std::string> texts(const Json& answer, const std::string& name) {
    std::vector<std::string> out;
    for (const auto& row : answer.at("value")) out.push_back(row.value(name, "none"));
    std::ranges::sort(out);
    return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a filter goes through lookups and collections, from the URL on", "[odata]") {
    Scene scene;
    const auto names = [&](const std::string& set, const std::string& filter) {
        return texts(scene.json(Scene::filtered(set, filter)), "msdyn_name");
    };
    const std::string secrets_set = "msdyn_octwitterhandlesecrets";
    const std::string handles_set = "msdyn_octwitterhandles";
    CHECK(
        names(secrets_set, "msdyn_octwitterhandleid/msdyn_name eq '@rookery'") ==
        Texts{"a", "b", "c"}
    );
    CHECK(
        names(
            secrets_set, "msdyn_octwitterhandleid/owningteam/name eq 'Social' and msdyn_name ne 'a'"
        ) == Texts{"b", "c"}
    );
    CHECK(names(secrets_set, "msdyn_octwitterhandleid/msdyn_name eq null") == Texts{"bare"});
    CHECK(names(handles_set, children + "/any(s:s/msdyn_name eq 'b')") == Texts{"@rookery"});
    CHECK(names(handles_set, "not " + children + "/any()") == Texts{"@empty"});
    CHECK(names(handles_set, children + "/all(s:s/msdyn_name eq 'b')") == Texts{"@empty"});
    const auto count = value(scene.ask(
        secrets_set +
            "/$count?$filter=" + percent_encode("msdyn_octwitterhandleid/msdyn_name eq '@rookery'"),
        {}
    ));
    CHECK(body_of(count) == "3");
    const auto ordered = scene.json(
        secrets_set + "?$orderby=msdyn_octwitterhandleid/msdyn_name%20desc,msdyn_name%20desc"
    );
    CHECK(ordered.at("value").front().at("msdyn_name") == "c");
    CHECK(ordered.at("value").back().at("msdyn_name") == "bare");
}

TEST_CASE("columns of a link are the row's, under its alias and a dot", "[odata]") {
    Scene scene;
    const auto xml = Scene::fetch(
        secret_name,
        name_column + by_name +
            Scene::to_handle(
                outer + " alias=\"h\"", name_column + "<attribute name=\"owningteam\"/>"
            )
    );
    const auto answer = scene.json(xml, {{"Prefer", "odata.include-annotations=\"*\""}});
    const auto& rows = answer.at("value");
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].at("msdyn_name") == "a");
    CHECK(rows[0].at("h.msdyn_name") == "@rookery");
    CHECK(rows[0].at("h.owningteam") == to_string(scene.team));
    CHECK(rows[0].at("h.owningteam" + formatted) == "Social");
    CHECK(rows[0].at("h.owningteam@Microsoft.Dynamics.CRM.lookuplogicalname") == "team");
    CHECK(rows[2].at("msdyn_name") == "bare");
    CHECK_FALSE(rows[2].contains("h.msdyn_name"));
    CHECK_FALSE(rows[2].contains("h.owningteam"));
}

TEST_CASE("pages of a query with a link to one row follow each other", "[odata]") {
    Scene scene;
    auto path = Scene::fetch(secret_name, by_name + Scene::to_handle("alias=\"h\"", name_column));
    Texts seen;
    for (int i = 0; i < 4 && !path.empty(); ++i) {
        const auto page = scene.json(path, {{"Prefer", "odata.maxpagesize=2"}});
        for (const auto& row : page.at("value")) {
            seen.push_back(row.at("msdyn_name").get<std::string>());
            CHECK(row.at("h.msdyn_name") == "@rookery");
        }
        path = page.value("@odata.nextLink", "");
        if (!path.empty()) path = path.substr(path.find(api) + api.size());
    }
    CHECK(seen == Texts{"a", "b", "c"});
}

TEST_CASE("a join goes on over pages, by its cookie and by its link", "[odata]") {
    Scene scene;
    const auto joined = Scene::to_secrets(outer + " alias=\"s\"", name_column);
    const auto query = [&](const std::string& more) {
        return Scene::fetch(handle_name, name_column + by_name + joined, more);
    };
    for (const std::size_t size : {1U, 2U, 3U}) {
        INFO(size);
        const std::string prefer = "odata.maxpagesize=" + std::to_string(size);
        std::vector<std::string> seen;
        std::string path = query("");
        while (!path.empty()) {
            const auto page = scene.json(path, {{"Prefer", prefer}});
            CHECK(page.at("value").size() <= size);
            for (const auto& row : page.at("value"))
                seen.push_back(row.value("s.msdyn_name", "none"));
            REQUIRE(seen.size() <= 4);
            path = page.value("@odata.nextLink", "");
            if (!path.empty()) path = path.substr(path.find(api) + api.size());
        }
        std::ranges::sort(seen);
        CHECK(seen == Texts{"a", "b", "c", "none"});
    }
    const auto first =
        scene.json(query("count=\"3\""), {{"Prefer", "odata.include-annotations=\"*\""}});
    CHECK(first.at("@Microsoft.Dynamics.CRM.morerecords") == true);
    CHECK(scene.json(query("count=\"3\"")).at("value").size() == 3);
    // A page by its number alone would have to count the pairs before it.
    const auto by_number = scene.ask(query("count=\"1\" page=\"2\""), {});
    REQUIRE_FALSE(by_number);
    CHECK(by_number.error().code == Errc::malformed);
}

TEST_CASE("a link to many rows gives a row for each, an outer one for none too", "[odata]") {
    Scene scene;
    const auto joined = [&](const std::string& attributes, const std::string& more = {}) {
        return scene.json(Scene::fetch(
            handle_name, name_column + by_name + Scene::to_secrets(attributes, name_column), more
        ));
    };
    CHECK(texts(joined("alias=\"s\""), "s.msdyn_name") == Texts{"a", "b", "c"});
    CHECK(texts(joined("alias=\"s\""), "msdyn_name") == Texts{"@rookery", "@rookery", "@rookery"});
    const auto all = joined(outer + " alias=\"s\"");
    CHECK(texts(all, "s.msdyn_name") == Texts{"a", "b", "c", "none"});
    CHECK(all.at("value").front().at("msdyn_name") == "@empty");
    // dataverse: without an alias, the table's name and which link it is.
    CHECK(texts(joined(""), "msdyn_octwitterhandlesecret1.msdyn_name") == Texts{"a", "b", "c"});
    CHECK(joined("alias=\"s\"", "top=\"2\"").at("value").size() == 2);
    CHECK(joined("alias=\"s\"", "count=\"3\"").at("value").size() == 3);
    // Without columns a row comes as often.
    const auto bare = scene.json(Scene::fetch(handle_name, Scene::to_secrets("", "")));
    CHECK(bare.at("value").size() == 3);
    CHECK(
        bare.at("value").front().find("msdyn_octwitterhandlesecret1.msdyn_name") ==
        bare.at("value").front().end()
    );
    const auto existing =
        scene.json(Scene::fetch(handle_name, Scene::to_secrets("link-type=\"exists\"", "")));
    CHECK(existing.at("value").size() == 1);
}

TEST_CASE("links stand side by side and in one another", "[odata]") {
    Scene scene;
    const std::string team =
        "<link-entity name=\"team\" from=\"teamid\" to=\"owningteam\" alias=\"t\"><attribute "
        "name=\"name\"/></link-entity>";
    const auto answer = scene.json(Scene::fetch(
        handle_name,
        name_column + Scene::to_secrets("alias=\"x\"", name_column) +
            Scene::to_secrets("alias=\"y\"", name_column) + team
    ));
    REQUIRE(answer.at("value").size() == 9);
    for (const auto& row : answer.at("value")) CHECK(row.at("t.name") == "Social");
    const auto up = scene.json(Scene::fetch(
        secret_name, name_column + by_name + Scene::to_handle("alias=\"h\"", name_column + team)
    ));
    REQUIRE(up.at("value").size() == 3);
    CHECK(up.at("value")[1].at("h.msdyn_name") == "@rookery");
    CHECK(up.at("value")[1].at("t.name") == "Social");
}

TEST_CASE("users are joined to their teams over the pairs", "[odata]") {
    Scene scene;
    const auto answer = scene.json(Scene::fetch(
        "systemuser",
        "<attribute name=\"domainname\"/><link-entity name=\"teammembership\" "
        "from=\"systemuserid\" to=\"systemuserid\" intersect=\"true\"><link-entity name=\"team\" "
        "from=\"teamid\" to=\"teamid\" alias=\"t\"><attribute name=\"name\"/><filter><condition "
        "attribute=\"name\" operator=\"eq\" value=\"Social\"/></filter></link-entity></link-entity>"
    ));
    REQUIRE(answer.at("value").size() == 1);
    CHECK(answer.at("value").front().at("t.name") == "Social");
}

TEST_CASE("handles without a secret are found by an outer link", "[odata]") {
    Scene scene;
    const auto answer = scene.json(Scene::fetch(
        handle_name,
        name_column + Scene::to_secrets(outer + " alias=\"s\"", "") +
            "<filter><condition entityname=\"s\" attribute=\"msdyn_octwitterhandlesecretid\" "
            "operator=\"null\"/></filter>"
    ));
    CHECK(texts(answer, "msdyn_name") == Texts{"@empty"});
}

}  // namespace joined_answer_test
