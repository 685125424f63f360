// Records that were deleted or retained, and come back over HTTP with other values than they had.
#include "asking_scene.hpp"

#include <catch2/catch.hpp>

namespace kept_record_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;

namespace {

const std::string handles = "msdyn_octwitterhandles";
const std::string applications = "msdyn_octwitterapplications";

/// One handle of a team's and of an application, both of which are gone, whose key another handle has.
struct Scene : AskingScene {
    std::string unit = to_string(vault.vault().root_business_unit());
    std::string other_team = team("another");
    std::string id;

    explicit Scene(bool retained) {
        vault.retain_records();
        vault.keep_deleted(std::chrono::days{30});
        const auto team_id = team("gone");
        const auto application = made(applications, {{"msdyn_name", "app"}});
        id = made(
            handles,
            {{"msdyn_name", "@rookery"},
             {"msdyn_octwitteruniquehandleid", "1"},
             {"ownerid@odata.bind", "/teams(" + team_id + ")"},
             {"msdyn_octwitterapplicationid@odata.bind",
              "/" + applications + "(" + application + ")"}}
        );
        if (retained) {
            REQUIRE(ask("POST", "Retain", body({}).dump()).status == 200);
        } else {
            REQUIRE(ask("DELETE", handles + "(" + id + ")").status == 204);
        }
        REQUIRE(ask("DELETE", applications + "(" + application + ")").status == 204);
        REQUIRE(ask("DELETE", "teams(" + team_id + ")").status == 204);
        made(handles, {{"msdyn_name", "@other"}, {"msdyn_octwitteruniquehandleid", "1"}});
    }

    std::string team(const std::string& name) {
        return made(
            "teams", {{"name", name}, {"businessunitid@odata.bind", "/businessunits(" + unit + ")"}}
        );
    }

    [[nodiscard]] json body(const json& values) const {
        json target = {
            {"@odata.type", "Microsoft.Dynamics.CRM.msdyn_octwitterhandle"},
            {"msdyn_octwitterhandleid", id}};
        if (!values.is_null()) target.update(values);
        return {{"Target", target}};
    }

    [[nodiscard]] json owner() const {
        return {{"ownerid@odata.bind", "/teams(" + other_team + ")"}};
    }
};

json and_also(json values, const json& more) {
    values.update(more);
    return values;
}

}  // namespace

TEST_CASE(
    "what comes back takes other values for what is gone, and says which it needs", "[odata]"
) {
    const bool retained = GENERATE(true, false);
    CAPTURE(retained);
    Scene scene(retained);
    const std::string action = retained ? "RollbackRetain" : "Restore";
    const auto back = [&](const json& values) {
        return scene.ask("POST", action, scene.body(values).dump());
    };
    const auto hint_of = [](const Asked& asked) {
        CHECK(asked.status == 412);
        return asked.json().at("error").at("@rky.Hint").get<std::string>();
    };
    const json no_application = {{"msdyn_octwitterapplicationid@odata.bind", nullptr}};
    const auto nothing_gone = and_also(scene.owner(), no_application);

    CHECK(back({}).code() == "0x80049959");
    CHECK(hint_of(back({})) == "bring that one back first, or name another one");
    CHECK(back(scene.owner()).code() == "0x80049959");
    CHECK(back(no_application).code() == "0x80049959");
    CHECK(back(nothing_gone).code() == "0x80049929");
    CHECK(hint_of(back(nothing_gone)).starts_with("give it other ones"));
    CHECK(back({{"msdyn_nothing", 1}}).status == 400);

    const auto done = back(and_also(nothing_gone, {{"msdyn_octwitteruniquehandleid", "2"}}));
    INFO(done.body);
    REQUIRE(done.status == 200);
    CHECK(done.json().at("id") == scene.id);
    const auto row = scene.row(handles + "(" + scene.id + ")");
    CHECK(row.at("_ownerid_value") == scene.other_team);
    CHECK(row.at("_msdyn_octwitterapplicationid_value").is_null());
    CHECK(row.at("msdyn_octwitteruniquehandleid") == "2");
    CHECK(row.at("msdyn_name") == "@rookery");
    CHECK(back(nothing_gone).code() == "0x80049939");
}

}  // namespace kept_record_test
