// Queries that are kept: the views that each table has, and those that users keep for themselves.
#include "query/kept_query.hpp"

#include "base/percent_encode.hpp"
#include "render_for_test.hpp"
#include "schema/known_tables.hpp"
#include "schema/made_id.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace kept_query_test {

using namespace rookery;
using namespace rookery::odata;
using test::TestVault;
using test::value;

namespace {

using Json = nlohmann::json;

constexpr std::string_view handle_name = "msdyn_octwitterhandle";
const std::string api = "/api/data/v9.2/";
const std::string handles_set = "msdyn_octwitterhandles";

struct Scene {
    TestVault vault;
    Uuid owner, other;

    Scene() {
        owner = vault.user("owner");
        other = vault.user("other");
        const auto role = vault.role(
            "Queries", {"prvReadUserQuery", "prvReadmsdyn_octwitterhandle"}, schema::Depth::basic
        );
        for (const auto& user : {owner, other}) {
            vault.associate("systemuserroles_association", user, role);
        }
    }

    Uuid create_handle(const std::string& name) {
        return vault.create(
            handle_name,
            std::pair{"msdyn_name", name},
            std::pair{"ownerid", TestVault::target("systemuser", owner)}
        );
    }

    Uuid keep(const std::string& fetch, std::string_view table = handle_name) {
        return vault.create(
            "userquery",
            std::pair{"name", std::string("mine")},
            std::pair{"returnedtypecode", std::string(table)},
            std::pair{"fetchxml", fetch},
            std::pair{"ownerid", TestVault::target("systemuser", owner)}
        );
    }

    /// As the service asks: with the queries that are kept in its vault.
    Parsed parse(const access::Caller& caller, const std::string& path) {
        const auto view = vault.vault().view();
        const KeptQueries queries =
            [&](const schema::Table& kept_in, const Uuid& id, const schema::Table& of) {
                return messages::kept_query(view, caller, {kept_in.id, id}, of);
            };
        return odata::parse(request("GET", api + path), test_root, anyone, owner, queries);
    }

    http::Response ask(const access::Caller& caller, const std::string& path) {
        auto parsed = parse(caller, path);
        return render(parsed.context, value(vault.vault().run(caller, parsed.message)));
    }

    std::vector<std::string> names(const access::Caller& caller, const std::string& path) {
        const auto answer = ask(caller, path);
        INFO(body_of(answer));
        REQUIRE(answer.status == 200);
        std::vector<std::string> out;
        const auto json = Json::parse(body_of(answer));
        for (const auto& row : json.at("value")) out.push_back(row.at("msdyn_name"));
        return out;
    }
};

std::string fetch_of_handles(const std::string& inside) {
    return "<fetch><entity name=\"msdyn_octwitterhandle\"><attribute name=\"msdyn_name\"/>" +
           inside + "</entity></fetch>";
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("every table has a view for each of its states, and anybody asks by it", "[odata]") {
    Scene scene;
    const auto system = scene.vault.vault().system();
    const auto views =
        Json::parse(body_of(scene.ask(
                        system,
                        "savedqueries?$select=name,isdefault,querytype&$orderby=name&$filter=" +
                            percent_encode("returnedtypecode eq 'msdyn_octwitterhandle'")
                    )))
            .at("value");
    REQUIRE(views.size() == 2);
    CHECK(views[0].at("name") == "Active Twitter handles");
    CHECK(views[0].at("isdefault") == true);
    CHECK(views[1].at("name") == "Inactive Twitter handles");
    CHECK(views[1].at("isdefault") == false);
    scene.create_handle("@b");
    scene.create_handle("@a");
    const auto inactive = scene.create_handle("@off");
    messages::Upsert off;
    off.target = TestVault::target(handle_name, inactive);
    off.input.cells.push_back(TestVault::cell(handle_name, "statecode", std::int64_t{1}));
    scene.vault.run_as_system<messages::NoContent>(std::move(off));
    const auto by = [&](const Json& view) {
        return handles_set + "?savedQuery=" + view.at("savedqueryid").get<std::string>();
    };
    // Without any right on the rows of savedquery.
    const auto owner = TestVault::caller(scene.owner);
    CHECK(scene.names(owner, by(views[0])) == Texts{"@a", "@b"});
    CHECK(scene.names(owner, by(views[1])) == Texts{"@off"});
    CHECK(scene.names(TestVault::caller(scene.other), by(views[0])).empty());
}

TEST_CASE("each view of the schema is a query that can be asked", "[odata]") {
    Scene scene;
    const auto system = scene.vault.vault().system();
    for (const auto* table : schema::tables()) {
        INFO(table->name);
        const auto views =
            Json::parse(
                body_of(scene.ask(
                    system,
                    "savedqueries?$filter=" +
                        percent_encode("returnedtypecode eq '" + std::string(table->name) + "'")
                ))
            )
                .at("value");
        CHECK(std::ranges::count_if(views, [](const Json& one) {
                  return one.at("isdefault");
              }) == 1);
        for (const auto& view : views) {
            const auto answer = scene.ask(
                system,
                std::string(table->set_name) +
                    "?savedQuery=" + view.at("savedqueryid").get<std::string>()
            );
            INFO(body_of(answer));
            CHECK(answer.status == 200);
        }
    }
}

TEST_CASE("who may read a query that a user keeps may ask by it", "[odata]") {
    Scene scene;
    scene.create_handle("@a");
    scene.create_handle("@b");
    const auto id = scene.keep(fetch_of_handles(
        "<filter><condition attribute=\"msdyn_name\" operator=\"eq\" value=\"@b\"/></filter>"
    ));
    const auto url = handles_set + "?userQuery=" + to_string(id);
    const auto owner = TestVault::caller(scene.owner);
    CHECK(scene.names(owner, url) == Texts{"@b"});
    // The entry says by which query.
    messages::RetrieveAuditEvents review;
    review.top = 1;
    const auto log = scene.vault.run_as_system<messages::LogReply>(review);
    const auto& extras = log.entries.front().event.extras;
    const auto said =
        std::ranges::find(extras, "userquery", [](const auto& one) { return one.first; });
    REQUIRE(said != extras.end());
    CHECK(std::get<std::string>(said->second) == to_string(id));
    // For whoever may not it is not there, as one that nobody keeps.
    const auto other = TestVault::caller(scene.other);
    const auto hidden = scene.ask(other, url);
    CHECK(hidden.status == 404);
    const auto absent = scene.ask(other, handles_set + "?userQuery=" + id_text);
    CHECK(absent.status == 404);
    const auto refusals = scene.vault.run_as_system<messages::LogReply>(review);
    CHECK(refusals.entries.front().event.table == "userquery");
    CHECK(to_string(refusals.entries.front().event.record.value()) == id_text);
    CHECK(body_of(hidden).find("0x80040217") != std::string::npos);
    CHECK(body_of(absent).find("0x80040217") != std::string::npos);
}

TEST_CASE("a query that is kept is for its own table, and may hold anything", "[odata]") {
    Scene scene;
    const auto owner = TestVault::caller(scene.owner);
    const auto status = [&](const Uuid& id, const std::string& set = handles_set) {
        return scene.ask(owner, set + "?userQuery=" + to_string(id)).status;
    };
    CHECK(status(scene.keep(fetch_of_handles(""))) == 200);
    CHECK(status(scene.keep(fetch_of_handles("")), "msdyn_octwitterapplications") == 400);
    CHECK(status(scene.keep("no XML")) == 400);
    CHECK(status(scene.keep(fetch_of_handles(""), "userquery")) == 400);
    CHECK(status(scene.keep("")) == 400);
    // Another table in the text than in the column.
    CHECK(
        status(scene.keep("<fetch><entity name=\"team\"><all-attributes/></entity></fetch>")) == 400
    );
    messages::Create message;
    message.table = schema::table("userquery");
    message.input.cells.push_back(
        TestVault::cell("userquery", "returnedtypecode", std::string("banana"))
    );
    const auto bad =
        scene.vault.run<messages::NoContent>(scene.vault.vault().system(), std::move(message));
    REQUIRE_FALSE(bad);
    CHECK(bad.error().code == Errc::invalid_argument);
}

TEST_CASE("a view goes on over pages, and over the rows of a collection", "[odata]") {
    Scene scene;
    const auto system = scene.vault.vault().system();
    for (const auto* name : {"@a", "@b", "@c"}) scene.create_handle(name);
    const auto view = schema::made_id(
        schema::MadeKind::saved_query,
        static_cast<std::uint16_t>(schema::known::msdyn_octwitterhandle.id * 16)
    );
    const auto query = "?savedQuery=" + to_string(view);
    const auto parsed = [&](const std::string& path) {
        const auto now = scene.vault.vault().view();
        const KeptQueries queries =
            [&](const schema::Table& kept_in, const Uuid& id, const schema::Table& of) {
                return messages::kept_query(now, system, {kept_in.id, id}, of);
            };
        auto out = odata::parse(
            request("GET", path, {}, {{"Prefer", "odata.maxpagesize=2"}}),
            test_root,
            anyone,
            scene.owner,
            queries
        );
        const auto answer =
            render(out.context, value(scene.vault.vault().run(system, out.message)));
        INFO(body_of(answer));
        REQUIRE(answer.status == 200);
        return Json::parse(body_of(answer));
    };
    const auto first = parsed(api + handles_set + query);
    CHECK(first.at("value").size() == 2);
    const std::string next = first.at("@odata.nextLink");
    const auto second = parsed(next.substr(next.find("/api/")));
    REQUIRE(second.at("value").size() == 1);
    CHECK(second.at("value")[0].at("msdyn_name") == "@c");
    const auto owned = parsed(
        api + "systemusers(" + to_string(scene.owner) + ")/user_msdyn_octwitterhandle" + query
    );
    CHECK(owned.at("value").size() == 2);
    const auto of_other = parsed(
        api + "systemusers(" + to_string(scene.other) + ")/user_msdyn_octwitterhandle" + query
    );
    CHECK(of_other.at("value").empty());
}

}  // namespace kept_query_test
