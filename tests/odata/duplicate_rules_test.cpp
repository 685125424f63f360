// Duplicate rules and their conditions as rows, and how a rule is published and stays what it was then.
#include "duplicate_scene.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace duplicate_rules_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;
using schema::Depth;

namespace {

const std::string conditions = "duplicateruleconditions";

/// Of one rule on handles.
std::vector<std::pair<std::string, json>> eleven_conditions() {
    std::vector<std::pair<std::string, json>> out;
    for (const std::string column :
         {"msdyn_name",
          "msdyn_octwitterscreenname",
          "msdyn_octwitteruniquehandleid",
          "msdyn_postconversationsurveymessagetext"}) {
        out.push_back({column, {{"operatorcode", 0}}});
        out.push_back({column, {{"operatorcode", 1}, {"operatorparam", 3}}});
        out.push_back({column, {{"operatorcode", 2}, {"operatorparam", 3}}});
    }
    out.pop_back();
    return out;
}

struct Scene : DuplicateScene {
    Asked patch(const std::string& url, const json& body) {
        return ask("PATCH", url, body.dump(), {{"If-Match", "*"}});
    }

    static std::string url_of_condition(const std::string& id) {
        return conditions + "(" + id + ")";
    }

    Asked add(const std::string& rule, const std::string& column, const json& more = {}) {
        return ask("POST", conditions, condition(rule, column, more).dump());
    }
};

}  // namespace

TEST_CASE("a rule and its conditions are made, read, changed, followed and deleted", "[odata]") {
    Scene scene;
    const auto id = scene.rule();
    const auto rule = Scene::url_of(id);
    const auto one = Scene::url_of_condition(scene.compares(id, "msdyn_name"));
    const auto two = Scene::url_of_condition(
        scene.compares(id, "msdyn_octwitterscreenname", {{"operatorcode", 1}, {"operatorparam", 4}})
    );
    CHECK(scene.patch(rule, {{"description", "why"}, {"iscasesensitive", true}}).status == 204);
    const auto row = scene.row(rule);
    CHECK(row.at("description") == "why");
    CHECK(row.at("iscasesensitive") == true);
    CHECK(row.at("_ownerid_value") == to_string(scene.caller.user));
    CHECK(scene.row(one).at("ignoreblankvalues") == false);
    CHECK(scene.row(two).at("operatorparam") == 4);
    CHECK(scene.patch(two, {{"operatorparam", 5}}).status == 204);
    CHECK(scene.row(two).at("operatorparam") == 5);
    const std::string collection = "DuplicateRule_DuplicateRuleConditions";
    CHECK(scene.row(rule + "/" + collection).at("value").size() == 2);
    CHECK(scene.row(rule + "?$expand=" + collection).at(collection).size() == 2);
    CHECK(scene.row(one + "/regardingobjectid").at("name") == "rule");
    CHECK(
        scene.row("duplicaterules?$filter=" + collection + "/any(c:c/operatorcode eq 1)")
            .at("value")
            .size() == 1
    );
    CHECK(scene.ask("DELETE", one).status == 204);
    CHECK(scene.ask("GET", one).status == 404);
    // What is left of them goes with the rule.
    CHECK(scene.ask("DELETE", rule).status == 204);
    CHECK(scene.ask("GET", rule).status == 404);
    CHECK(scene.ask("GET", two).status == 404);
}

TEST_CASE("rules and conditions have the columns of the reference, with its limits", "[odata]") {
    Scene scene;
    const auto a = [](std::size_t count) { return std::string(count, 'a'); };
    const auto rule = Scene::url_of(scene.rule());

    struct Column {
        std::string name;
        json most;
        json beyond;
    };

    const Column of_rule[] = {
        {"name", a(160), a(161)},
        {"description", a(2000), a(2001)},
        {"uniquename", a(100), a(101)},
    };
    for (const auto& [name, most, beyond] : of_rule) {
        INFO(name);
        CHECK(scene.patch(rule, {{name, most}}).status == 204);
        CHECK(scene.row(rule).at(name) == most);
        CHECK(scene.patch(rule, {{name, beyond}}).status == 400);
    }
    const auto row = scene.row(rule);
    CHECK(row.at("statecode") == 0);
    CHECK(row.at("statuscode") == 0);
    CHECK(row.at("matchingentityname") == "msdyn_octwitterhandle");
    CHECK(row.at("baseentitytypecode") == 10902);
    CHECK(row.at("matchingentitytypecode") == 10902);
    CHECK(row.at("excludeinactiverecords") == false);
    CHECK(row.at("iscasesensitive") == false);
    CHECK(row.at("ismanaged") == false);
    CHECK(row.at("componentstate") == 0);
    CHECK(row.at("iscustomizable").at("Value") == true);
    for (const std::string name :
         {"baseentitymatchcodetable",
          "matchingentitymatchcodetable",
          "componentidunique",
          "solutionid",
          "overwritetime",
          "timezoneruleversionnumber",
          "utcconversiontimezonecode"}) {
        INFO(name);
        REQUIRE(row.contains(name));
        CHECK(row.at(name) == nullptr);
    }
    // Its tables are chosen once, and a create that names nothing else is enough.
    CHECK(scene.patch(rule, {{"baseentityname", "msdyn_octwitterapplication"}}).status == 204);
    CHECK(scene.row(rule).at("baseentityname") == "msdyn_octwitterhandle");
    CHECK_FALSE(scene.row(Scene::url_of(scene.rule())).at("uniquename").get<std::string>().empty());
    const auto condition =
        scene.row(Scene::url_of_condition(scene.compares(scene.rule(), "msdyn_name")));
    for (const std::string name :
         {"baseattributename",
          "matchingattributename",
          "operatorcode",
          "operatorparam",
          "ignoreblankvalues",
          "_regardingobjectid_value",
          "uniquerulename",
          "iscustomizable",
          "createdon",
          "_modifiedby_value"}) {
        INFO(name);
        CHECK(condition.contains(name));
    }
    const auto other = scene.rule();
    const json long_name = {{"matchingattributename", a(129)}};
    CHECK(scene.add(other, "msdyn_name", long_name).status == 400);
    const json none = {{"operatorcode", 1}, {"operatorparam", 0}};
    CHECK(scene.add(other, "msdyn_name", none).status == 400);
    const json unknown = {{"operatorcode", 7}};
    CHECK(scene.add(other, "msdyn_name", unknown).status == 400);
}

TEST_CASE("a rule is about tables whose rows are looked for duplicates", "[odata]") {
    Scene scene;
    for (const std::string table : {"systemuser", "role", "syncerror", "nothing", ""}) {
        INFO(table);
        const auto out = scene.ask(
            "POST", "duplicaterules", json{{"name", "r"}, {"baseentityname", table}}.dump()
        );
        CHECK(out.status == 400);
        CHECK(out.code() == "0x80048410");
    }
    for (const std::string table :
         {"msdyn_octwitterhandle", "msdyn_octwitterapplication", "msdyn_octwitterhandlesecret"}) {
        INFO(table);
        scene.rule(table);
    }
    const auto mixed = scene.ask(
        "POST",
        "duplicaterules",
        json{
            {"name", "r"},
            {"baseentityname", "msdyn_octwitterhandle"},
            {"matchingentityname", "systemuser"}}
            .dump()
    );
    CHECK(mixed.code() == "0x80048410");
    CHECK(
        scene
            .row("EntityDefinitions(LogicalName='msdyn_octwitterhandle')?$select="
                 "IsDuplicateDetectionEnabled")
            .at("IsDuplicateDetectionEnabled")
            .at("Value") == true
    );
    CHECK(
        scene.row("EntityDefinitions(LogicalName='role')?$select=IsDuplicateDetectionEnabled")
            .at("IsDuplicateDetectionEnabled")
            .at("Value") == false
    );
}

TEST_CASE("a condition is refused that compares a token, or what is no column", "[odata]") {
    Scene scene;

    struct Try {
        std::string table;
        std::string column;
        json more;
        std::string code;
    };

    const Try tries[] = {
        {"msdyn_octwitterhandlesecret", "msdyn_useraccesstoken", {}, "0x80048430"},
        {"msdyn_octwitterhandlesecret", "msdyn_useraccesstokensecret", {}, "0x80048430"},
        {"msdyn_octwitterhandlesecret",
         "msdyn_name",
         {{"matchingattributename", "msdyn_useraccesstoken"}},
         "0x80048430"},
        {"msdyn_octwitterapplication", "msdyn_securetwitterconsumerkey", {}, "0x80048430"},
        {"msdyn_octwitterapplication", "msdyn_twitterconsumerkey", {}, "0x80048430"},
        {"msdyn_octwitterhandle", "msdyn_octwitterhandleid", {}, "0x80048430"},
        {"msdyn_octwitterhandle", "versionnumber", {}, "0x80048430"},
        {"msdyn_octwitterhandle", "nothing", {}, "0x80040203"},
        {"msdyn_octwitterhandle",
         "createdon",
         {{"operatorcode", 2}, {"operatorparam", 1}},
         "0x80048430"},
        {"msdyn_octwitterhandle", "msdyn_name", {{"operatorcode", 1}}, "0x80040203"},
        {"msdyn_octwitterhandle", "msdyn_name", {{"operatorparam", 1}}, "0x80040203"},
        {"msdyn_octwitterhandle",
         "msdyn_name",
         {{"matchingattributename", "createdon"}},
         "0x80048430"},
    };
    for (const auto& one : tries) {
        INFO(one.table << " " << one.column << " " << one.more.dump());
        const auto out = scene.add(scene.rule(one.table), one.column, one.more);
        CHECK(out.status == 400);
        CHECK(out.code() == one.code);
    }
    // A change is looked at as a whole, and a condition is of a rule.
    const auto rule = scene.rule("msdyn_octwitterhandlesecret");
    const auto made = Scene::url_of_condition(scene.compares(rule, "msdyn_name"));
    const auto token = scene.patch(made, {{"baseattributename", "msdyn_useraccesstoken"}});
    CHECK(token.code() == "0x80048430");
    CHECK(scene.patch(made, {{"operatorcode", 1}}).code() == "0x80040203");
    const json alone = {{"baseattributename", "msdyn_name"}, {"operatorcode", 0}};
    CHECK(scene.ask("POST", conditions, alone.dump()).status == 400);
}

TEST_CASE("publishing gives a rule its status, and a job that has succeeded", "[odata]") {
    Scene scene;
    const auto id = scene.rule();
    const auto rule = Scene::url_of(id);
    scene.compares(id, "msdyn_name");
    // No other way leads there.
    CHECK(scene.patch(rule, {{"statuscode", 2}}).status == 400);
    CHECK(scene.patch(rule, {{"statuscode", 1}}).status == 400);
    CHECK(
        scene
            .ask(
                "POST",
                "duplicaterules",
                json{{"name", "r"}, {"baseentityname", "msdyn_octwitterhandle"}, {"statuscode", 1}}
                    .dump()
            )
            .status == 400
    );
    CHECK(scene.patch(rule, {{"statecode", 1}, {"name", "n"}}).status == 204);
    CHECK(scene.row(rule).at("statecode") == 0);
    const auto answer = scene.act("PublishDuplicateRule", id);
    REQUIRE(answer.status == 200);
    const auto job =
        scene.row("asyncoperations(" + answer.json().at("JobId").get<std::string>() + ")");
    CHECK(job.at("operationtype") == 7);
    CHECK(job.at("statecode") == 3);
    CHECK(job.at("statuscode") == 30);
    CHECK(job.at("completedon").is_string());
    CHECK(job.at("_ownerid_value") == to_string(scene.caller.user));
    const auto published = scene.row(rule);
    CHECK(published.at("statecode") == 1);
    CHECK(published.at("statuscode") == 2);
    // Again there is nothing to do, and no job of it.
    CHECK(scene.act("PublishDuplicateRule", id).code() == "0x80048408");
    CHECK(scene.act("UnpublishDuplicateRule", id).status == 204);
    CHECK(scene.act("UnpublishDuplicateRule", id).status == 204);
    CHECK(scene.row(rule).at("statuscode") == 0);
    CHECK(scene.act("PublishDuplicateRule", other_id_text).status == 404);
    CHECK(scene.act("UnpublishDuplicateRule", other_id_text).status == 404);
}

TEST_CASE("a published rule does not change, but for its name and its owner", "[odata]") {
    Scene scene;
    const auto id = scene.rule();
    const auto rule = Scene::url_of(id);
    const auto condition = Scene::url_of_condition(scene.compares(id, "msdyn_name"));
    scene.publish(id);
    const std::string in_use = "0x80048428";
    CHECK(scene.patch(rule, {{"iscasesensitive", true}}).code() == in_use);
    CHECK(scene.patch(rule, {{"excludeinactiverecords", true}}).code() == in_use);
    CHECK(scene.patch(condition, {{"ignoreblankvalues", true}}).code() == in_use);
    CHECK(scene.add(id, "msdyn_octwitterscreenname").code() == in_use);
    CHECK(scene.ask("DELETE", condition).code() == in_use);
    CHECK(scene.patch(rule, {{"name", "another"}, {"description", "d"}}).status == 204);
    const auto user = to_string(scene.vault.user("user"));
    CHECK(scene.patch(rule, {{"ownerid@odata.bind", "/systemusers(" + user + ")"}}).status == 204);
    scene.unpublish(id);
    CHECK(scene.patch(rule, {{"iscasesensitive", true}}).status == 204);
    CHECK(scene.patch(condition, {{"ignoreblankvalues", true}}).status == 204);
    CHECK(scene.ask("DELETE", condition).status == 204);
}

TEST_CASE("a rule compares the same columns with an operator once", "[odata]") {
    Scene scene;
    const auto rule = scene.rule();
    const json first = {{"operatorcode", 1}, {"operatorparam", 3}};
    scene.compares(rule, "msdyn_name", first);
    json longer = first;
    longer["operatorparam"] = 4;
    CHECK(scene.add(rule, "msdyn_name", longer).code() == "0x80040203");
    const auto other = Scene::url_of_condition(scene.compares(rule, "msdyn_name"));
    CHECK(scene.patch(other, first).code() == "0x80040203");
    CHECK(scene.patch(other, {{"ignoreblankvalues", true}}).status == 204);
    // Nor by two at once.
    const auto twice = scene.rule();
    json targets = json::array();
    for (int i = 0; i < 2; ++i) {
        auto one = Scene::condition(twice, "msdyn_name");
        one["@odata.type"] = "Microsoft.Dynamics.CRM.duplicaterulecondition";
        targets.push_back(one);
    }
    const auto made = scene.ask(
        "POST",
        conditions + "/Microsoft.Dynamics.CRM.CreateMultiple",
        json{{"Targets", targets}}.dump()
    );
    REQUIRE(made.status == 200);
    CHECK(scene.act("PublishDuplicateRule", twice).code() == "0x80040203");
}

TEST_CASE("a rule has a condition and not too many, and a table has five rules", "[odata]") {
    Scene scene;
    CHECK(scene.act("PublishDuplicateRule", scene.rule()).code() == "0x80048414");
    const auto full = scene.rule();
    const auto different = eleven_conditions();
    for (std::size_t i = 0; i < 10; ++i)
        scene.compares(full, different[i].first, different[i].second);
    CHECK(scene.add(full, different[10].first, different[10].second).code() == "0x80048429");
    scene.publish(full);
    // Nor by many at once.
    const auto many = scene.rule();
    json targets = json::array();
    for (const auto& [column, more] : different) {
        auto one = Scene::condition(many, column, more);
        one["@odata.type"] = "Microsoft.Dynamics.CRM.duplicaterulecondition";
        targets.push_back(one);
    }
    const auto made = scene.ask(
        "POST",
        conditions + "/Microsoft.Dynamics.CRM.CreateMultiple",
        json{{"Targets", targets}}.dump()
    );
    REQUIRE(made.status == 200);
    CHECK(scene.act("PublishDuplicateRule", many).code() == "0x80048429");
    for (int i = 0; i < 4; ++i) scene.published("msdyn_octwitterscreenname");
    const auto sixth = scene.rule();
    scene.compares(sixth, "msdyn_octwitterscreenname");
    CHECK(scene.act("PublishDuplicateRule", sixth).code() == "0x80048419");
    // One of the five is published already, which makes no other job.
    CHECK(scene.act("PublishDuplicateRule", full).code() == "0x80048408");
    scene.published("msdyn_name", {}, "msdyn_octwitterapplication");
    scene.unpublish(full);
    scene.publish(sixth);
    CHECK(scene.act("PublishDuplicateRule", full).code() == "0x80048419");
}

TEST_CASE(
    "publishing takes its privilege and Write, and a condition Write on its rule", "[odata]"
) {
    Scene scene;
    const auto id = scene.rule();
    const auto condition = Scene::url_of_condition(scene.compares(id, "msdyn_name"));
    const auto writer =
        scene.user_with("writer", {"prvWriteDuplicateRule", "prvReadDuplicateRule"}, Depth::global);
    const auto publisher = scene.user_with("publisher", {"prvPublishDuplicateRule"}, Depth::global);
    const auto body = json{{"DuplicateRuleId", id}}.dump();
    for (const std::string action : {"PublishDuplicateRule", "UnpublishDuplicateRule"}) {
        INFO(action);
        CHECK(scene.ask_as(writer, "POST", action, body).status == 403);
        CHECK(scene.ask_as(publisher, "POST", action, body).status == 403);
    }
    // Of his own rules alone.
    scene.give(publisher, {"prvWriteDuplicateRule"}, Depth::basic);
    CHECK(scene.ask_as(publisher, "POST", "PublishDuplicateRule", body).status == 403);
    scene.give(publisher, {"prvWriteDuplicateRule"}, Depth::global);
    CHECK(scene.ask_as(publisher, "POST", "PublishDuplicateRule", body).status == 200);
    CHECK(scene.ask_as(publisher, "POST", "UnpublishDuplicateRule", body).status == 204);

    const auto clerk = scene.user_with(
        "clerk",
        {"prvCreateDuplicateRuleCondition",
         "prvReadDuplicateRuleCondition",
         "prvWriteDuplicateRuleCondition",
         "prvDeleteDuplicateRuleCondition",
         "prvAppendDuplicateRuleCondition",
         "prvAppendToDuplicateRule"},
        Depth::global
    );
    const auto added = Scene::condition(id, "msdyn_octwitterscreenname").dump();
    const auto change = json{{"ignoreblankvalues", true}}.dump();
    const std::vector<http::Header> existing = {{"If-Match", "*"}};
    CHECK(scene.ask_as(clerk, "GET", condition).status == 200);
    CHECK(scene.ask_as(clerk, "POST", conditions, added).status == 403);
    CHECK(scene.ask_as(clerk, "PATCH", condition, change, existing).status == 403);
    CHECK(scene.ask_as(clerk, "DELETE", condition).status == 403);
    scene.give(clerk, {"prvWriteDuplicateRule"}, Depth::global);
    CHECK(scene.ask_as(clerk, "POST", conditions, added).status == 204);
    CHECK(scene.ask_as(clerk, "PATCH", condition, change, existing).status == 204);
    CHECK(scene.ask_as(clerk, "DELETE", condition).status == 204);
}

TEST_CASE("who changes anything of a published rule may publish it", "[odata]") {
    Scene scene;
    const auto id = scene.rule();
    scene.compares(id, "msdyn_name");
    const auto clerk =
        scene.user_with("clerk", {"prvReadDuplicateRule", "prvWriteDuplicateRule"}, Depth::global);
    const auto rename = [&] {
        return scene.ask_as(clerk, "PATCH", Scene::url_of(id), R"({"name":"another"})").status;
    };
    CHECK(rename() == 204);
    scene.publish(id);
    CHECK(rename() == 403);
    scene.give(clerk, {"prvPublishDuplicateRule"}, Depth::global);
    CHECK(rename() == 204);
}

TEST_CASE(
    "who removes a published rule may unpublish it, and its conditions go for who may delete them",
    "[odata]"
) {
    Scene scene;
    const auto user = scene.user_with("user", {"prvDeleteDuplicateRule"}, Depth::global);
    const auto rule = Scene::url_of(scene.published("msdyn_name"));
    CHECK(scene.ask_as(user, "DELETE", rule).status == 403);
    scene.give(user, {"prvDeleteDuplicateRuleCondition"}, Depth::global);
    CHECK(scene.ask_as(user, "DELETE", rule).status == 403);
    scene.give(user, {"prvPublishDuplicateRule"}, Depth::global);
    CHECK(scene.ask_as(user, "DELETE", rule).status == 204);
    CHECK(scene.row(conditions).at("value").empty());
}

TEST_CASE("a bearer token pasted into a rule is refused", "[odata]") {
    Scene scene;
    messages::CreateCredential made{scene.vault.user("user"), "c", std::chrono::hours{1}};
    auto reply = scene.vault.run_as_system<messages::CredentialReply>(std::move(made));
    const auto token =
        reply.token.expose([](ByteView bytes) { return std::string(text_of(bytes)); });
    const auto rule = scene.rule();
    CHECK(scene.patch(Scene::url_of(rule), {{"name", token}}).status == 400);
    CHECK(scene.add(rule, "msdyn_name", {{"uniquerulename", token}}).status == 400);
}

}  // namespace duplicate_rules_test
