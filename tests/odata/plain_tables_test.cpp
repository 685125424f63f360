// mailboxtrackingfolder and processsession: rows that clients keep about a record, with nothing of this vault's in them.
#include "asking_scene.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

namespace plain_tables_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;

namespace {

const std::string records = "msdyn_octwitterhandlesecrets";

/// A table, how a row of it is made, and the collection of a record that it is in.
struct Kind {
    std::string set;
    std::string table;
    std::string collection;
    std::string text;  // a column that any client writes
};

const Kind kinds[] = {
    {"mailboxtrackingfolders",
     "mailboxtrackingfolder",
     "_MailboxTrackingFolders",
     "exchangefoldername"},
    {"processsessions", "processsession", "_ProcessSession", "name"},
};

const std::pair<std::string, std::string> parents[] = {
    {records, "msdyn_octwitterhandlesecret"},
    {"msdyn_octwitterhandles", "msdyn_octwitterhandle"},
    {"msdyn_octwitterapplications", "msdyn_octwitterapplication"},
};

struct Scene : AskingScene {
    json about(const std::string& table, const std::string& url) {
        return {{"regardingobjectid_" + table + "@odata.bind", "/" + url}};
    }

    Asked patch(const std::string& url, const json& body) {
        return ask("PATCH", url, body.dump(), {{"If-Match", "*"}});
    }
};

}  // namespace

TEST_CASE("their rows are created, read, changed, listed and deleted", "[odata]") {
    Scene scene;
    for (const auto& kind : kinds) {
        INFO(kind.set);
        const auto id = scene.made(kind.set, {{kind.text, "one"}});
        const auto url = kind.set + "(" + id + ")";
        CHECK(scene.row(url).at(kind.text) == "one");
        CHECK(scene.patch(url, {{kind.text, "two"}}).status == 204);
        const auto listed = scene.row(kind.set + "?$filter=" + kind.text + " eq 'two'").at("value");
        REQUIRE(listed.size() == 1);
        CHECK(listed.at(0).at("_ownerid_value") == to_string(scene.caller.user));
        CHECK(listed.at(0).at("_owningbusinessunit_value").is_string());
        CHECK(scene.ask("DELETE", url).status == 204);
        CHECK(scene.ask("GET", url).status == 404);
    }
}

TEST_CASE("they have the columns of the reference, with its limits", "[odata]") {
    Scene scene;

    struct Column {
        std::string set;
        std::string name;
        json most;
        json beyond;
    };

    const auto a = [](std::size_t count) { return std::string(count, 'a'); };
    const std::int64_t max = std::numeric_limits<std::int32_t>::max();
    const std::int64_t min = std::numeric_limits<std::int32_t>::min();
    const Column columns[] = {
        {"mailboxtrackingfolders", "exchangefolderid", a(120), a(121)},
        {"mailboxtrackingfolders", "exchangefoldername", a(256), a(257)},
        {"mailboxtrackingfolders", "folderonboardingstatus", max, -1},
        {"mailboxtrackingfolders", "folderonboardingstatus", 0, max + 1},
        {"processsessions", "name", a(256), a(257)},
        {"processsessions", "activityname", a(256), a(257)},
        {"processsessions", "comments", a(2000), a(2001)},
        {"processsessions", "errorcode", min, min - 1},
        {"processsessions", "errorcode", max, max + 1},
        {"processsessions", "processstagename", a(256), a(257)},
        {"processsessions", "stepname", a(256), a(257)},
    };
    for (const auto& [set, name, most, beyond] : columns) {
        INFO(set << " " << name);
        const auto url = set + "(" + scene.made(set, {{name, most}}) + ")";
        CHECK(scene.row(url).at(name) == most);
        CHECK(scene.patch(url, {{name, most}}).status == 204);
        CHECK(scene.patch(url, {{name, beyond}}).status == 400);
        CHECK(scene.ask("POST", set, json{{name, beyond}}.dump()).status == 400);
    }
    const auto folder = scene.row(
        "mailboxtrackingfolders(" + scene.made("mailboxtrackingfolders", json::object()) + ")"
    );
    CHECK(folder.at("folderonboardingstatus") == 0);
    CHECK(
        scene.ask("POST", "mailboxtrackingfolders", R"({"folderonboardingstatus":null})").status ==
        400
    );
    const auto session =
        scene.row("processsessions(" + scene.made("processsessions", json::object()) + ")");
    CHECK(session.at("statecode") == 0);
    CHECK(session.at("statuscode") == 1);
    for (const std::string name :
         {"_canceledby_value",
          "_completedby_value",
          "_startedby_value",
          "executedon",
          "canceledon",
          "completedon",
          "startedon",
          "inputarguments",
          "processstate",
          "_processid_value",
          "_executedby_value",
          "_nextlinkedsessionid_value",
          "_originatingsessionid_value",
          "_previouslinkedsessionid_value",
          "_regardingobjectid_value"}) {
        INFO(name);
        CHECK(session.contains(name));
        CHECK(session.at(name) == nullptr);
    }
    CHECK_FALSE(session.contains("protectionkey"));
}

TEST_CASE("what only a create or an update takes is left aside by the other", "[odata]") {
    Scene scene;
    const std::string when = "2026-01-02T03:04:05Z";
    const auto made = scene.made(
        "processsessions",
        {{"inputarguments", "in"}, {"startedon", when}, {"canceledon", when}, {"completedon", when}}
    );
    const auto url = "processsessions(" + made + ")";
    const auto row = scene.row(url);
    CHECK(row.at("inputarguments") == "in");
    CHECK(row.at("startedon") == when);
    CHECK(row.at("canceledon") == nullptr);
    CHECK(row.at("completedon") == nullptr);
    CHECK(
        scene
            .patch(
                url,
                {{"inputarguments", "x"},
                 {"startedon", nullptr},
                 {"canceledon", when},
                 {"completedon", when}}
            )
            .status == 204
    );
    const auto after = scene.row(url);
    CHECK(after.at("inputarguments") == "in");
    CHECK(after.at("startedon") == when);
    CHECK(after.at("canceledon") == when);
    CHECK(after.at("completedon") == when);
}

TEST_CASE("ids of mailboxes and workflows are kept, and their rows are nobody's here", "[odata]") {
    Scene scene;
    const auto folder = "mailboxtrackingfolders(" +
                        scene.made(
                            "mailboxtrackingfolders",
                            {{"mailboxid@odata.bind", "/mailboxes(" + other_id_text + ")"}}
                        ) +
                        ")";
    CHECK(scene.row(folder).at("_mailboxid_value") == other_id_text);
    CHECK(scene.ask("GET", folder + "/mailboxid").status == 501);
    CHECK(scene.patch(folder, {{"mailboxid", nullptr}}).status == 400);
    const auto session =
        "processsessions(" +
        scene.made(
            "processsessions", {{"processid@odata.bind", "/workflows(" + other_id_text + ")"}}
        ) +
        ")";
    CHECK(scene.row(session).at("_processid_value") == other_id_text);
    CHECK(scene.ask("GET", "mailboxes").status == 404);
    CHECK(scene.ask("GET", "workflows").status == 404);
}

TEST_CASE("sessions lead to each other, from both ends", "[odata]") {
    Scene scene;
    const auto first = scene.made("processsessions", {{"name", "first"}});
    const auto url = "processsessions(" + first + ")";
    for (const std::string lookup :
         {"originatingsessionid", "previouslinkedsessionid", "nextlinkedsessionid"}) {
        INFO(lookup);
        const auto second = scene.made("processsessions", {{lookup + "@odata.bind", "/" + url}});
        CHECK(
            scene.row("processsessions(" + second + ")?$expand=" + lookup).at(lookup).at("name") ==
            "first"
        );
        CHECK(scene.row(url + "/lk_processsession_" + lookup).at("value").size() == 1);
    }
    CHECK(scene.ask("DELETE", url).status == 204);
    CHECK(scene.row("processsessions").at("value").size() == 3);
}

TEST_CASE("they are followed, expanded and filtered from both ends of their record", "[odata]") {
    Scene scene;
    for (const auto& kind : kinds) {
        for (const auto& [set, table] : parents) {
            INFO(kind.set << " " << table);
            const auto parent = set + "(" + scene.made(set, {{"msdyn_name", "record"}}) + ")";
            auto body = scene.about(table, parent);
            body[kind.text] = "child of " + table;
            const auto child = kind.set + "(" + scene.made(kind.set, body) + ")";
            const auto nav = "regardingobjectid_" + table;
            const auto collection = table + kind.collection;
            CHECK(scene.row(child + "/" + nav).at("msdyn_name") == "record");
            CHECK(
                scene.row(child + "?$expand=" + nav + "($select=msdyn_name)")
                    .at(nav)
                    .at("msdyn_name") == "record"
            );
            CHECK(
                scene
                    .row(
                        kind.set + "?$filter=" + nav + "/msdyn_name eq 'record' and " + kind.text +
                        " eq 'child of " + table + "'"
                    )
                    .at("value")
                    .size() == 1
            );
            CHECK(scene.row(parent + "/" + collection).at("value").size() == 1);
            CHECK(scene.row(parent + "/" + collection + "/$ref").at("value").size() == 1);
            CHECK(scene.row(parent + "?$expand=" + collection).at(collection).size() == 1);
            CHECK(
                scene
                    .row(
                        set + "?$filter=" + collection + "/any(c:c/" + kind.text +
                        " eq 'child of " + table + "')"
                    )
                    .at("value")
                    .size() == 1
            );
            CHECK(scene.ask("DELETE", parent).status == 204);
            CHECK(scene.ask("GET", child).status == 404);
        }
    }
}

TEST_CASE("they go with their record for who may delete them too", "[odata]") {
    for (const auto& kind : kinds) {
        for (const bool may : {false, true}) {
            INFO(kind.set << (may ? " with" : " without"));
            Scene scene;
            const auto record = records + "(" + scene.made(records, {{"msdyn_name", "r"}}) + ")";
            const auto child =
                kind.set + "(" +
                scene.made(kind.set, scene.about("msdyn_octwitterhandlesecret", record)) + ")";
            const auto user = scene.vault.user("user");
            const auto own = std::string{schema::table(kind.table)->schema_name};
            const auto second = (may ? "prvDelete" : "prvRead") + own;
            scene.vault.associate(
                "systemuserroles_association",
                user,
                scene.vault.role(
                    "role", {"prvDeletemsdyn_octwitterhandlesecret", second}, schema::Depth::global
                )
            );
            const auto system = scene.caller;
            scene.caller = test::TestVault::caller(user);
            CHECK(scene.ask("DELETE", record).status == (may ? 204 : 403));
            scene.caller = system;
            CHECK(scene.ask("GET", child).status == (may ? 404 : 200));
        }
    }
}

TEST_CASE("nothing is bound to a record by who may not append to it", "[odata]") {
    for (const auto& kind : kinds) {
        INFO(kind.set);
        Scene scene;
        const auto record = records + "(" + scene.made(records, {{"msdyn_name", "r"}}) + ")";
        const auto own = std::string{schema::table(kind.table)->schema_name};
        const auto create = "prvCreate" + own;
        const auto append = "prvAppend" + own;
        const auto user = scene.vault.user("user");
        scene.vault.associate(
            "systemuserroles_association",
            user,
            scene.vault.role("role", {create, append}, schema::Depth::global)
        );
        scene.caller = test::TestVault::caller(user);
        CHECK(scene.ask("POST", kind.set, json{{kind.text, "x"}}.dump()).status == 204);
        const auto bound = scene.about("msdyn_octwitterhandlesecret", record).dump();
        CHECK(scene.ask("POST", kind.set, bound).status == 403);
    }
}

TEST_CASE("a bearer token pasted into their texts is refused", "[odata]") {
    Scene scene;
    messages::CreateCredential made{scene.vault.user("user"), "c", std::chrono::hours{1}};
    auto reply = scene.vault.run_as_system<messages::CredentialReply>(std::move(made));
    const auto token =
        reply.token.expose([](ByteView bytes) { return std::string(text_of(bytes)); });
    for (const auto& kind : kinds) {
        INFO(kind.set);
        CHECK(scene.ask("POST", kind.set, json{{kind.text, token}}.dump()).status == 400);
        const auto url = kind.set + "(" + scene.made(kind.set, json::object()) + ")";
        CHECK(scene.patch(url, {{kind.text, token}}).status == 400);
    }
}

}  // namespace plain_tables_test
