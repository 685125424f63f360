// The rows in which a detection says what it found, as clients see them.
#include "duplicate_scene.hpp"
#include "messages/record_duplicates.hpp"

#include <catch2/catch.hpp>

namespace duplicate_records_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;
using schema::Depth;

namespace {

const std::pair<std::string, std::string> kinds[] = {
    {"msdyn_octwitterhandlesecrets", "msdyn_octwitterhandlesecret"},
    {"msdyn_octwitterhandles", "msdyn_octwitterhandle"},
    {"msdyn_octwitterapplications", "msdyn_octwitterapplication"},
};

Uuid id_of(const std::string& text) { return Uuid::parse(text).value(); }

struct Scene : DuplicateScene {
    std::string rule_id;
    std::string job;

    /// Says of two rows of a table that they are duplicates.
    void record(const std::string& table, const std::string& base, const std::string& duplicate) {
        rule_id = published("msdyn_name", {}, table);
        unpublish(rule_id);
        const auto again = act("PublishDuplicateRule", rule_id);
        job = again.json().at("JobId").get<std::string>();
        const auto table_id = schema::table(table)->id;
        messages::RecordDuplicates message;
        message.job = id_of(job);
        message.pairs.push_back(
            {id_of(rule_id), {table_id, id_of(base)}, {table_id, id_of(duplicate)}}
        );
        const auto said = vault.run_as_system<messages::RecordedReply>(std::move(message));
        CHECK(said.recorded == 1);
    }

    json only() {
        const auto rows = row("duplicaterecords").at("value");
        REQUIRE(rows.size() == 1);
        return rows.at(0);
    }
};

}  // namespace

TEST_CASE("what was found is followed from both ends, and filtered by both", "[odata]") {
    for (const auto& [set, table] : kinds) {
        INFO(table);
        Scene scene;
        const auto base = scene.made(set, {{"msdyn_name", "base"}});
        const auto duplicate = scene.made(set, {{"msdyn_name", "duplicate"}});
        scene.record(table, base, duplicate);
        const auto row = scene.only();
        const auto id = row.at("duplicateid").get<std::string>();
        CHECK(row.at("_baserecordid_value") == base);
        CHECK(row.at("_duplicaterecordid_value") == duplicate);
        CHECK(row.at("_duplicateruleid_value") == scene.rule_id);
        CHECK(row.at("_asyncoperationid_value") == scene.job);
        CHECK(row.at("_ownerid_value") == to_string(scene.caller.user));
        CHECK(row.at("owninguser") == to_string(scene.caller.user));
        CHECK(row.at("owningbusinessunit").is_string());
        CHECK(row.at("createdon").is_string());
        const auto url = "duplicaterecords(" + id + ")";
        CHECK(scene.row(url + "/baserecordid_" + table).at("msdyn_name") == "base");
        CHECK(scene.row(url + "/duplicaterecordid_" + table).at("msdyn_name") == "duplicate");
        CHECK(scene.row(url + "/duplicateruleid").at("name") == "rule");
        const auto nav = "duplicaterecordid_" + table;
        CHECK(
            scene.row(url + "?$expand=" + nav + "($select=msdyn_name)").at(nav).at("msdyn_name") ==
            "duplicate"
        );
        const auto count = [&](const std::string& path) {
            return scene.row(path).at("value").size();
        };
        CHECK(count("duplicaterecords?$filter=" + nav + "/msdyn_name eq 'duplicate'") == 1);
        CHECK(count("duplicaterecords?$filter=baserecordid_" + table + "/msdyn_name eq 'x'") == 0);
        const auto as_base = table + "_DuplicateBaseRecord";
        const auto as_match = table + "_DuplicateMatchingRecord";
        const auto base_url = set + "(" + base + ")";
        const auto duplicate_url = set + "(" + duplicate + ")";
        CHECK(count(base_url + "/" + as_base) == 1);
        CHECK(count(base_url + "/" + as_match) == 0);
        CHECK(count(duplicate_url + "/" + as_match) == 1);
        CHECK(scene.row(base_url + "?$expand=" + as_base).at(as_base).size() == 1);
        CHECK(count(set + "?$filter=" + as_match + "/any(d:d/duplicateid eq " + id + ")") == 1);
        CHECK(count("asyncoperations(" + scene.job + ")/AsyncOperation_DuplicateBaseRecord") == 1);
        CHECK(
            count("duplicaterules(" + scene.rule_id + ")/DuplicateRule_DuplicateBaseRecord") == 1
        );
        // A rule that goes leaves its findings; a record takes its own along.
        CHECK(scene.ask("DELETE", "duplicaterules(" + scene.rule_id + ")").status == 204);
        CHECK(scene.only().at("duplicateid") == id);
        CHECK(scene.ask("DELETE", duplicate_url).status == 204);
        CHECK(count("duplicaterecords") == 0);
    }
}

TEST_CASE("what was found calls a record by its name for whoever may read it", "[odata]") {
    Scene scene;
    const auto base = scene.made(Scene::handles, {{"msdyn_name", "base"}});
    const auto duplicate = scene.made(Scene::handles, {{"msdyn_name", "duplicate"}});
    scene.record("msdyn_octwitterhandle", base, duplicate);
    const auto reader = scene.user_with("reader", {"prvReadDuplicateRecord"}, Depth::global);
    const auto name_of_base = [&](const std::string& path) {
        const auto out = scene.ask_as(
            reader,
            "GET",
            path,
            {},
            {{"Prefer", "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\""}}
        );
        REQUIRE(out.status == 200);
        return out.body.find("\"base\"") != std::string::npos;
    };
    const std::string list = "duplicaterecords?$select=_baserecordid_value";
    CHECK_FALSE(name_of_base(list));
    scene.give(reader, {"prvReadmsdyn_octwitterhandle"}, Depth::basic);
    CHECK_FALSE(name_of_base(list));
    scene.give(reader, {"prvReadmsdyn_octwitterhandle"}, Depth::global);
    CHECK(name_of_base(list));
}

TEST_CASE("nobody writes what was found, and each sees his own", "[odata]") {
    Scene scene;
    const auto base = scene.made(Scene::handles, {{"msdyn_name", "base"}});
    const auto duplicate = scene.made(Scene::handles, {{"msdyn_name", "duplicate"}});
    scene.record("msdyn_octwitterhandle", base, duplicate);
    const auto url = "duplicaterecords(" + scene.only().at("duplicateid").get<std::string>() + ")";
    CHECK(scene.ask("POST", "duplicaterecords", "{}").status == 405);
    CHECK(scene.ask("PATCH", url, "{}").status == 405);
    CHECK(scene.ask("DELETE", url).status == 405);
    const auto other = scene.user_with("other", {"prvReadDuplicateRecord"}, Depth::basic);
    CHECK(scene.ask_as(other, "GET", "duplicaterecords").json().at("value").empty());
    CHECK(scene.ask_as(other, "GET", url).status == 403);
    scene.give(other, {"prvReadDuplicateRecord"}, Depth::global);
    CHECK(scene.ask_as(other, "GET", url).status == 200);
    // Which rows they are he may know, and what is in them not.
    const auto shown =
        scene.ask_as(other, "GET", url + "?$expand=baserecordid_msdyn_octwitterhandle");
    CHECK(shown.status == 403);
}

TEST_CASE("what is said twice is recorded once, and nothing of what is gone", "[odata]") {
    Scene scene;
    const auto base = scene.made(Scene::handles, {{"msdyn_name", "base"}});
    const auto duplicate = scene.made(Scene::handles, {{"msdyn_name", "duplicate"}});
    scene.record("msdyn_octwitterhandle", base, duplicate);
    const auto table = schema::known::msdyn_octwitterhandle.id;
    messages::RecordDuplicates again;
    again.job = id_of(scene.job);
    again.pairs.push_back({id_of(scene.rule_id), {table, id_of(base)}, {table, id_of(duplicate)}});
    again.pairs.push_back(
        {id_of(scene.rule_id), {table, id_of(base)}, {table, id_of(other_id_text)}}
    );
    CHECK(scene.vault.run_as_system<messages::RecordedReply>(again).recorded == 0);
    CHECK(scene.row("duplicaterecords").at("value").size() == 1);
    const auto user = scene.user_with("user", {"prvReadDuplicateRecord"}, Depth::global);
    const auto refused =
        scene.vault.run<messages::RecordedReply>(test::TestVault::caller(user), again);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::missing_privilege);
}

}  // namespace duplicate_records_test
