// Which writes are refused as duplicates (MSCRM.SuppressDuplicateDetection: false), and what nobody learns by that.
#include "duplicate_scene.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace duplicate_detection_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;
using schema::Depth;

namespace {

const std::vector<http::Header> detecting = {{"MSCRM.SuppressDuplicateDetection", "false"}};

std::vector<http::Header> detecting_and(http::Header more) {
    auto out = detecting;
    out.push_back(std::move(more));
    return out;
}

struct Scene : DuplicateScene {
    /// Creates a handle where that is no duplicate.
    Asked create(const json& body) { return ask("POST", handles, body.dump(), detecting); }

    Asked named(const std::string& name) { return create({{"msdyn_name", name}}); }

    Asked change(const std::string& id, const json& body) {
        return ask(
            "PATCH", handles + "(" + id + ")", body.dump(), detecting_and({"If-Match", "*"})
        );
    }

    std::string handle(const json& body) { return made(handles, body); }

    std::vector<messages::LogEntry> log() {
        messages::RetrieveAuditEvents review;
        review.top = 100;
        return vault.run_as_system<messages::LogReply>(review).entries;
    }
};

void check_refused(const Asked& asked) {
    CHECK(asked.status == 412);
    REQUIRE(asked.status == 412);
    CHECK(asked.code() == "0x80040333");
    CHECK(
        asked.words() ==
        "A record was not created or updated because a duplicate of the current record already "
        "exists."
    );
}

}  // namespace

TEST_CASE("a duplicate is refused where the request asks for that, and only there", "[odata]") {
    Scene scene;
    scene.handle({{"msdyn_name", "@rook"}});
    CHECK(scene.named("@rook").status == 204);  // no rule, no duplicate
    const auto rule = scene.published("msdyn_name");
    check_refused(scene.named("@ROOK "));
    CHECK(scene.named("@crow").status == 204);
    const auto body = json{{"msdyn_name", "@rook"}}.dump();
    CHECK(scene.ask("POST", Scene::handles, body).status == 204);
    CHECK(
        scene.ask(
                 "POST", Scene::handles, body, {{"MSCRM.SuppressDuplicateDetection", "true"}}
        ).status == 204
    );
    check_refused(
        scene.ask("POST", Scene::handles, body, {{"mscrm.suppressduplicatedetection", "False"}})
    );
    for (const std::string value : {"no", "", "0"}) {
        INFO(value);
        CHECK(
            scene.ask(
                     "POST", Scene::handles, body, {{"MSCRM.SuppressDuplicateDetection", value}}
            ).status == 400
        );
    }
    // A table without a rule has no duplicates.
    const auto application = json{{"msdyn_name", "a"}}.dump();
    for (int i = 0; i < 2; ++i) {
        CHECK(
            scene.ask("POST", "msdyn_octwitterapplications", application, detecting).status == 204
        );
    }
    scene.unpublish(rule);
    CHECK(scene.named("@rook").status == 204);
}

TEST_CASE("a change is refused that makes a row a duplicate, and no other", "[odata]") {
    Scene scene;
    scene.published("msdyn_name");
    const auto one = scene.handle({{"msdyn_name", "one"}});
    const auto two = scene.handle({{"msdyn_name", "two"}});
    check_refused(scene.change(two, {{"msdyn_name", "one"}}));
    CHECK(scene.change(two, {{"msdyn_name", "TWO"}}).status == 204);  // itself is none
    CHECK(
        scene.ask("PATCH", Scene::handles + "(" + two + ")", R"({"msdyn_name":"one"})").status ==
        204
    );
    // It is one already: what is not compared can be changed all the same, and what leaves the value as it is.
    CHECK(scene.change(two, {{"msdyn_octwitterscreenname", "x"}}).status == 204);
    CHECK(scene.change(two, {{"msdyn_name", "one"}}).status == 204);
    check_refused(scene.change(two, {{"msdyn_name", "ONE"}}));
    CHECK(scene.change(one, {{"msdyn_name", "three"}}).status == 204);
    // PATCH that creates, one property alone, and many at once.
    const auto created = [&](const std::vector<http::Header>& headers) {
        return scene.ask(
            "PATCH",
            Scene::handles + "(" + other_id_text + ")",
            R"({"msdyn_name":"three"})",
            headers
        );
    };
    check_refused(created(detecting));
    check_refused(scene.ask(
        "PUT", Scene::handles + "(" + two + ")/msdyn_name", R"({"value":"three"})", detecting
    ));
    const auto multiple = [&](const std::string& action, json item) {
        item["@odata.type"] = "Microsoft.Dynamics.CRM.msdyn_octwitterhandle";
        return scene.ask(
            "POST",
            Scene::handles + "/Microsoft.Dynamics.CRM." + action,
            json{{"Targets", json::array({item})}}.dump(),
            detecting
        );
    };
    const json row = {{"msdyn_name", "three"}};
    check_refused(multiple("CreateMultiple", row));
    json existing = row;
    existing["msdyn_octwitterhandleid"] = two;
    check_refused(multiple("UpdateMultiple", existing));
    check_refused(multiple("UpsertMultiple", existing));
    CHECK(scene.row(Scene::handles + "(" + two + ")").at("msdyn_name") == "one");
}

TEST_CASE("rows of one request are duplicates of each other", "[odata]") {
    Scene scene;
    scene.published("msdyn_name");
    const auto many = [&](const std::vector<std::string>& names) {
        json targets = json::array();
        for (const auto& name : names) {
            targets.push_back(
                {{"@odata.type", "Microsoft.Dynamics.CRM.msdyn_octwitterhandle"},
                 {"msdyn_name", name}}
            );
        }
        return scene.ask(
            "POST",
            Scene::handles + "/Microsoft.Dynamics.CRM.CreateMultiple",
            json{{"Targets", targets}}.dump(),
            detecting
        );
    };
    check_refused(many({"a", "b", "A"}));
    CHECK(scene.row(Scene::handles).at("value").empty());
    CHECK(many({"a", "b", "c"}).status == 200);
}

TEST_CASE("all conditions of a rule must agree, and one rule is enough", "[odata]") {
    Scene scene;
    const auto rule = scene.rule();
    scene.compares(rule, "msdyn_name");
    scene.compares(rule, "msdyn_octwitterscreenname");
    scene.publish(rule);
    scene.handle({{"msdyn_name", "n"}, {"msdyn_octwitterscreenname", "s"}});
    CHECK(scene.create({{"msdyn_name", "n"}, {"msdyn_octwitterscreenname", "t"}}).status == 204);
    check_refused(scene.create({{"msdyn_name", "n"}, {"msdyn_octwitterscreenname", "s"}}));
    scene.published("msdyn_octwitteruniquehandleid");
    scene.handle({{"msdyn_octwitteruniquehandleid", "17"}});
    // A rule of another column says so too, before the key does.
    const auto same_id = scene.create({{"msdyn_octwitteruniquehandleid", "17"}});
    CHECK(same_id.status == 412);
    // By default what is blank in both agrees, where there is more than one condition.
    scene.handle({{"msdyn_name", "blank"}});
    check_refused(scene.create({{"msdyn_name", "blank"}}));
}

TEST_CASE("each operator finds its duplicates, by an index or without", "[odata]") {
    struct Try {
        std::string column;
        json condition;
        json there;
        json duplicate;
        json other;
    };

    const Try tries[] = {
        {"msdyn_octwitterscreenname", {{"operatorcode", 0}}, "Rook", "rOOK", "rooks"},
        {"msdyn_name", {{"operatorcode", 1}, {"operatorparam", 4}}, "rookery", "ROOK x", "roo"},
        {"msdyn_name", {{"operatorcode", 1}, {"operatorparam", 3}}, "a%b", "A%Bc", "axb"},
        {"msdyn_name", {{"operatorcode", 1}, {"operatorparam", 1}}, "e", "e\u0301x", "f"},
        {"msdyn_name", {{"operatorcode", 2}, {"operatorparam", 3}}, "rookery", "xERY", "eryx"},
        {"overriddencreatedon",
         {{"operatorcode", 3}},
         "2026-05-04T00:00:00Z",
         "2026-05-04T23:59:59Z",
         "2026-05-05T00:00:00Z"},
        {"overriddencreatedon",
         {{"operatorcode", 4}},
         "2026-05-04T01:02:03Z",
         "2026-05-04T01:02:03Z",
         "2026-05-04T01:02:04Z"},
        {"msdyn_postconversationsurveymode",
         {{"operatorcode", 5}},
         192350000,
         192350000,
         192350001},
        {"msdyn_postconversationsurveymode",
         {{"operatorcode", 6}},
         192350000,
         192350000,
         192350001},
        {"msdyn_enablefileattachmentsforagents", {{"operatorcode", 0}}, true, true, false},
    };
    for (const auto& one : tries) {
        INFO(one.column << " " << one.condition.dump() << " " << one.duplicate.dump());
        // A date that is given is when the row was made, to whoever asks for it.
        const auto compared =
            one.column == "overriddencreatedon" ? std::string("createdon") : one.column;
        Scene scene;
        scene.published(compared, one.condition);
        scene.handle({{one.column, one.there}});
        check_refused(scene.create({{one.column, one.duplicate}}));
        CHECK(scene.create({{one.column, one.other}}).status == 204);
    }
}

TEST_CASE("rows that lead to the same row may be duplicates, and those of two tables", "[odata]") {
    Scene scene;
    const auto application = scene.made("msdyn_octwitterapplications", {{"msdyn_name", "app"}});
    const json bound = {
        {"msdyn_octwitterapplicationid@odata.bind",
         "/msdyn_octwitterapplications(" + application + ")"}};
    scene.published("msdyn_octwitterapplicationid");
    scene.handle(bound);
    check_refused(scene.create(bound));
    CHECK(scene.create({{"msdyn_name", "x"}}).status == 204);
    const auto rule =
        scene.rule("msdyn_octwitterhandle", {{"matchingentityname", "msdyn_octwitterapplication"}});
    scene.compares(rule, "msdyn_octwitterscreenname", {{"matchingattributename", "msdyn_name"}});
    scene.publish(rule);
    check_refused(scene.create({{"msdyn_octwitterscreenname", "APP"}}));
    CHECK(scene.create({{"msdyn_octwitterscreenname", "other"}}).status == 204);
    // The other way round no rule says anything.
    const auto body = json{{"msdyn_name", "other"}}.dump();
    CHECK(scene.ask("POST", "msdyn_octwitterapplications", body, detecting).status == 204);
}

TEST_CASE("case and inactive rows count as the rule says", "[odata]") {
    Scene scene;
    scene.published("msdyn_name", {}, "msdyn_octwitterhandle", {{"iscasesensitive", true}});
    scene.handle({{"msdyn_name", "Rook"}});
    CHECK(scene.named("rook").status == 204);
    check_refused(scene.named("Rook "));
    Scene other;
    const auto rule = other.rule("msdyn_octwitterhandle", {{"excludeinactiverecords", true}});
    other.compares(rule, "msdyn_name");
    other.publish(rule);
    const auto row = other.handle({{"msdyn_name", "Rook"}});
    check_refused(other.named("rook"));
    CHECK(other.ask("PATCH", Scene::handles + "(" + row + ")", R"({"statecode":1})").status == 204);
    CHECK(other.named("rook").status == 204);
}

TEST_CASE("a row that the caller may not read is no duplicate of anything", "[odata]") {
    Scene scene;
    scene.published("msdyn_name");
    scene.handle({{"msdyn_name", "hidden"}});
    const auto writer = scene.user_with(
        "writer", {"prvCreatemsdyn_octwitterhandle", "prvWritemsdyn_octwitterhandle"}, Depth::basic
    );
    const auto create = [&](const std::string& name) {
        return scene.ask_as(
            writer, "POST", Scene::handles, json{{"msdyn_name", name}}.dump(), detecting
        );
    };
    // Who reads nothing at all hears of nothing, his own rows included.
    CHECK(create("hidden").status == 204);
    CHECK(create("hidden").status == 204);
    // With rows of his own he hears of those.
    scene.give(writer, {"prvReadmsdyn_octwitterhandle"}, Depth::basic);
    check_refused(create("hidden"));
    Scene other;
    other.published("msdyn_name");
    other.handle({{"msdyn_name", "hidden"}});
    const auto reader = other.user_with(
        "reader", {"prvCreatemsdyn_octwitterhandle", "prvReadmsdyn_octwitterhandle"}, Depth::basic
    );
    const auto body = json{{"msdyn_name", "hidden"}}.dump();
    CHECK(other.ask_as(reader, "POST", Scene::handles, body, detecting).status == 204);
    check_refused(other.ask_as(reader, "POST", Scene::handles, body, detecting));
    other.give(reader, {"prvReadmsdyn_octwitterhandle"}, Depth::global);
    check_refused(other.ask_as(reader, "POST", Scene::handles, body, detecting));
}

TEST_CASE("who may not create a row does not hear of its duplicates", "[odata]") {
    Scene scene;
    scene.published("msdyn_name");
    scene.handle({{"msdyn_name", "rook"}});
    const auto reader = scene.user_with("reader", {"prvReadmsdyn_octwitterhandle"}, Depth::global);
    for (const std::string name : {"rook", "crow"}) {
        INFO(name);
        const auto body = json{{"msdyn_name", name}}.dump();
        CHECK(scene.ask_as(reader, "POST", Scene::handles, body, detecting).status == 403);
    }
}

TEST_CASE("who changes what he cannot read cannot ask whether that is a duplicate", "[odata]") {
    Scene scene;
    const auto rule = scene.rule();
    scene.compares(rule, "msdyn_name");
    scene.compares(rule, "msdyn_octwitterscreenname");
    scene.publish(rule);
    const auto row = scene.handle({{"msdyn_name", "n"}, {"msdyn_octwitterscreenname", "secret"}});
    // By two rows of his own he could guess the other column of a row that he may only write.
    const auto writer = scene.user_with("writer", {"prvWritemsdyn_octwitterhandle"}, Depth::global);
    scene.give(
        writer, {"prvReadmsdyn_octwitterhandle", "prvCreatemsdyn_octwitterhandle"}, Depth::basic
    );
    const auto url = Scene::handles + "(" + row + ")";
    const auto headers = detecting_and({"If-Match", "*"});
    const std::string body = R"({"msdyn_name":"m"})";
    CHECK(scene.ask_as(writer, "PATCH", url, body, headers).status == 403);
    CHECK(scene.ask_as(writer, "PATCH", url, body, {{"If-Match", "*"}}).status == 204);
}

TEST_CASE("what was looked for is on the log as a list, and a refusal as one", "[odata]") {
    Scene scene;
    const auto rule = scene.published("msdyn_name");
    scene.handle({{"msdyn_name", "rook"}});
    REQUIRE(scene.named("crow").status == 204);
    const auto entries = scene.log();
    const auto looked = std::ranges::find_if(entries, [](const messages::LogEntry& entry) {
        return entry.event.action == audit::Action::list &&
               entry.event.table == "msdyn_octwitterhandle" && entry.event.message == "Create";
    });
    REQUIRE(looked != entries.end());
    CHECK(looked->event.count == 0);
    const auto& extras = looked->event.extras;
    const auto named =
        std::ranges::find_if(extras, [](const auto& one) { return one.first == "duplicaterule"; });
    REQUIRE(named != extras.end());
    CHECK(std::get<std::string>(named->second) == rule);
    check_refused(scene.named("rook"));
    const auto after = scene.log();
    CHECK(std::ranges::any_of(after, [](const messages::LogEntry& entry) {
        return entry.event.action == audit::Action::list && entry.event.message == "Create" &&
               entry.event.count == 1;
    }));
    const auto refused = std::ranges::find_if(after, [](const messages::LogEntry& entry) {
        return entry.event.outcome == audit::Outcome::failed;
    });
    REQUIRE(refused != after.end());
    CHECK(refused->event.action == audit::Action::create);
    CHECK(refused->event.reason == audit::Reason::version_conflict);
}

TEST_CASE("what is compared without an index is bounded as a list is", "[odata]") {
    Scene scene;
    scene.published("msdyn_octwitterscreenname");
    for (int i = 0; i < 600; ++i) {
        scene.vault.create(
            "msdyn_octwitterhandle",
            std::pair{"msdyn_octwitterscreenname", "screen " + std::to_string(i)}
        );
    }
    check_refused(scene.create({{"msdyn_octwitterscreenname", "Screen 599"}}));
    CHECK(scene.create({{"msdyn_octwitterscreenname", "screen 600"}}).status == 204);
}

}  // namespace duplicate_detection_test
