// The relationships of the table of tokens as the vendor's reference has them: each of the ten to its parents followed from both
// ends, and what deleting or assigning a parent does to the record.
#include "asking_scene.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <fstream>

namespace token_relationships_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;

namespace {

const std::string set = "msdyn_octwitterhandlesecrets";
const std::string applications = "msdyn_octwitterapplications";
const std::string handles = "msdyn_octwitterhandles";

const json& parents() {
    static const auto read = [] {
        std::ifstream file{ROOKERY_SOURCE_DIR "/tests/odata/token_table_facts.json"};
        return json::parse(file).at("parents");
    }();
    return read;
}

struct Scene : AskingScene {
    std::string application = made(applications, {{"msdyn_name", "a"}});
    std::string handle = made(handles, {{"msdyn_name", "h"}});
    std::string unit = made(
        "businessunits", {{"name", "unit"},
                          {"parentbusinessunitid@odata.bind",
                           "/businessunits(" + to_string(vault.vault().root_business_unit()) + ")"}}
    );
    std::string owner = made(
        "systemusers", {{"domainname", "owner"},
                        {"lastname", "owner"},
                        {"businessunitid@odata.bind", "/businessunits(" + unit + ")"}}
    );
    std::string team = made(
        "teams", {{"name", "team"}, {"businessunitid@odata.bind", "/businessunits(" + unit + ")"}}
    );
    std::string record = made(
        set,
        {{"msdyn_name", "r"},
         {"ownerid@odata.bind", "/systemusers(" + owner + ")"},
         {"msdyn_octwitterapplicationid@odata.bind", "/" + applications + "(" + application + ")"},
         {"msdyn_octwitterhandleid@odata.bind", "/" + handles + "(" + handle + ")"}}
    );

    std::string at() const { return set + "(" + record + ")"; }

    bool there(const std::string& path) { return ask("GET", path).status == 200; }

    std::string owner_of(const std::string& path) { return row(path).at("_ownerid_value"); }

    int assign(const std::string& path, const std::string& to) {
        return ask("PATCH", path, json{{"ownerid@odata.bind", to}}.dump(), {{"If-Match", "*"}}
        ).status;
    }
};

}  // namespace

TEST_CASE("each parent of a token is reached from both ends, and by filters of both", "[odata]") {
    Scene scene;
    REQUIRE(parents().size() == 10);
    std::size_t collections = 0;
    for (const auto& fact : parents()) {
        const std::string name = fact.at("SchemaName");
        INFO(name);
        const std::string column = fact.at("ReferencingAttribute");
        const std::string nav = fact.at("ReferencingEntityNavigationPropertyName");
        const std::string key = fact.at("ReferencedAttribute");
        if (column == "owningteam") {
            REQUIRE(scene.assign(scene.at(), "/teams(" + scene.team + ")") == 204);
        }
        const auto row = scene.row(scene.at() + "?$select=_" + column + "_value&$expand=" + nav);
        const auto value = row.at("_" + column + "_value");
        if (value.is_null()) {
            // Nobody acted for another.
            CHECK((column == "createdonbehalfby" || column == "modifiedonbehalfby"));
            CHECK(row.at(nav) == nullptr);
            CHECK(scene.ask("GET", scene.at() + "/" + nav).status == 204);
        } else {
            CHECK(row.at(nav).at(key) == value);
            CHECK(scene.row(scene.at() + "/" + nav).at(key) == value);
        }
        const std::string id = value.is_null() ? scene.owner : value.get<std::string>();
        const auto own = scene.row(set + "?$filter=_" + column + "_value eq " + id).at("value");
        CHECK(own.size() == (value.is_null() ? 0U : 1U));
        const auto* parent = schema::table(fact.at("ReferencedEntity").get<std::string>());
        if (parent == nullptr) continue;  // "owner" has no rows of its own
        ++collections;
        const auto parent_url = std::string{parent->set_name} + "(" + id + ")";
        const auto from_parent =
            scene.row(parent_url + "?$expand=" + name + "($select=msdyn_name)");
        CHECK(from_parent.at(name).size() == own.size());
        CHECK(
            scene.row(parent_url + "/" + name + "?$select=msdyn_name").at("value").size() ==
            own.size()
        );
        const auto having = scene.row(
            std::string{parent->set_name} + "?$filter=" + name + "/any(r:r/msdyn_name eq 'r')"
        );
        CHECK(having.at("value").size() == own.size());
        if (column == "owningteam") {
            REQUIRE(scene.assign(scene.at(), "/systemusers(" + scene.owner + ")") == 204);
        }
    }
    CHECK(collections == 9);
}

TEST_CASE(
    "a token goes with its application and with its handle, and they stay without it", "[odata]"
) {
    const bool by_application = GENERATE(false, true);
    Scene scene;
    const auto parent = by_application ? applications + "(" + scene.application + ")"
                                       : handles + "(" + scene.handle + ")";
    const auto other = by_application ? handles + "(" + scene.handle + ")"
                                      : applications + "(" + scene.application + ")";
    SECTION("the parent is deleted") {
        CHECK(scene.ask("DELETE", parent).status == 204);
        CHECK_FALSE(scene.there(scene.at()));
        CHECK(scene.there(other));
    }
    SECTION("the token is deleted") {
        CHECK(scene.ask("DELETE", scene.at()).status == 204);
        CHECK(scene.there(parent));
        CHECK(scene.there(other));
    }
}

TEST_CASE("a business unit whose people own tokens is not deleted", "[odata]") {
    Scene scene;
    const bool of_team = GENERATE(false, true);
    if (of_team) {
        REQUIRE(scene.assign(scene.at(), "/teams(" + scene.team + ")") == 204);
    }
    const auto refused = scene.ask("DELETE", "businessunits(" + scene.unit + ")");
    CHECK(refused.status == 405);
    CHECK(refused.code() == "0x80040227");
    CHECK(scene.there("businessunits(" + scene.unit + ")"));
    CHECK(scene.row(scene.at()).at("_owningbusinessunit_value") == scene.unit);
}

TEST_CASE(
    "neither the owning user nor the owning team is deleted, and the token stays", "[odata]"
) {
    Scene scene;
    CHECK(scene.ask("DELETE", "systemusers(" + scene.owner + ")").status == 405);
    REQUIRE(scene.assign(scene.at(), "/teams(" + scene.team + ")") == 204);
    CHECK(scene.ask("DELETE", "teams(" + scene.team + ")").status == 405);
    CHECK(scene.owner_of(scene.at()) == scene.team);
}

TEST_CASE("assigning a parent leaves the owner of its tokens, and the other way round", "[odata]") {
    Scene scene;
    const auto application = applications + "(" + scene.application + ")";
    const auto handle = handles + "(" + scene.handle + ")";
    const auto system = to_string(scene.caller.user);
    for (const auto& parent : {application, handle}) {
        CHECK(scene.assign(parent, "/teams(" + scene.team + ")") == 204);
        CHECK(scene.owner_of(parent) == scene.team);
        CHECK(scene.owner_of(scene.at()) == scene.owner);
    }
    CHECK(scene.assign(scene.at(), "/systemusers(" + system + ")") == 204);
    CHECK(scene.owner_of(scene.at()) == system);
    CHECK(scene.owner_of(application) == scene.team);
    CHECK(scene.owner_of(handle) == scene.team);
}

TEST_CASE("what becomes of a parent's state becomes of no token", "[odata]") {
    Scene scene;
    for (const auto& parent :
         {applications + "(" + scene.application + ")", handles + "(" + scene.handle + ")"}) {
        CHECK(scene.ask("PATCH", parent, R"({"statecode":1})").status == 204);
        CHECK(scene.row(scene.at()).at("statecode") == 0);
    }
}

TEST_CASE("a token follows its owner to another unit, and takes no parent along", "[odata]") {
    Scene scene;
    const auto root = to_string(scene.vault.vault().root_business_unit());
    const auto handle = handles + "(" + scene.handle + ")";
    const auto before = scene.row(handle).at("_owningbusinessunit_value");
    const auto moved = scene.ask(
        "PATCH",
        "systemusers(" + scene.owner + ")",
        json{{"businessunitid@odata.bind", "/businessunits(" + root + ")"}}.dump()
    );
    CHECK(moved.status == 204);
    CHECK(scene.row(scene.at()).at("_owningbusinessunit_value") == root);
    CHECK(scene.row(handle).at("_owningbusinessunit_value") == before);
}

}  // namespace token_relationships_test
