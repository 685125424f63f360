// What the key in a URL says of a row that is made by it is checked as if the body had said it. Requests
// as clients send them, on a real vault.
#include "odata/render.hpp"
#include "request_for_test.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace upsert_by_key_test {

namespace {

using namespace rookery;
using test::TestVault;
using test::value;

const std::string handles = "msdyn_octwitterhandles";
const std::string unique = "msdyn_octwitteruniquehandleid";
const std::string object = "11111111-aaaa-4aaa-8aaa-111111111111";
const std::string nowhere = "77777777-7777-4777-8777-777777777777";

struct Answer {
    int status = 0;
    std::string body;

    [[nodiscard]] bool says(std::string_view text) const {
        return body.find(text) != std::string::npos;
    }
};

struct Scene {
    TestVault vault;
    access::Caller caller = vault.vault().system();

    Answer ask(
        std::string method, const std::string& path, std::string_view body = {},
        std::vector<http::Header> headers = {}
    ) {
        auto parsed = odata::parse(
            odata::request(std::move(method), "/api/data/v9.2/" + path, body, std::move(headers)),
            odata::test_root,
            odata::anyone,
            vault.vault().id()
        );
        auto receipt = value(vault.vault().run(caller, parsed.message));
        const auto response = odata::render(parsed.context, std::move(receipt));
        return {response.status, std::string(response.body.data(), response.body.size())};
    }

    Answer patch(const std::string& path, std::string_view body = "{}") {
        return ask("PATCH", path, body);
    }

    /// The item names its row by "@odata.id".
    Answer upsert_item(const std::string& set, std::string_view table, const std::string& path) {
        const auto type = R"("@odata.type":"Microsoft.Dynamics.CRM.)" + std::string(table) + "\"";
        return ask(
            "POST",
            set + "/Microsoft.Dynamics.CRM.UpsertMultiple",
            R"({"Targets":[{)" + type + R"(,"@odata.id":")" + path + R"("}]})"
        );
    }

    std::size_t count(std::string_view table) {
        messages::RetrieveMultiple query;
        query.table = schema::table(table);
        query.count_only = true;
        return vault.run_as_system<messages::CountReply>(std::move(query)).count;
    }

    audit::Event newest_entry() {
        return vault.run_as_system<messages::LogReply>(messages::RetrieveAuditEvents{})
            .entries.front()
            .event;
    }

    Uuid profile() {
        return vault.create("fieldsecurityprofile", std::pair{"name", std::string("p")});
    }
};

std::string by_unique(const std::string& text) {
    return handles + "(" + unique + "='" + text + "')";
}

std::string permission_of(const std::string& profile) {
    return "fieldpermissions(_fieldsecurityprofileid_value=" + profile +
           ",entityname='msdyn_octwitterhandlesecret',attributelogicalname='msdyn_useraccesstoken'"
           ")";
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    while (times-- > 0) out += text;
    return out;
}

}  // namespace

TEST_CASE("a key that is longer than its column makes no row, in code points", "[odata]") {
    Scene scene;
    const auto most = schema::table("msdyn_octwitterhandle")->column(unique)->length_max;
    const auto fits = by_unique(repeated("%C3%A4", most));
    const auto too_long = by_unique(repeated("a", most + 1));
    const auto posted =
        scene.ask("POST", handles, "{\"" + unique + "\":\"" + repeated("a", most + 1) + "\"}");
    const auto patched = scene.patch(too_long);
    CHECK(patched.status == 400);
    CHECK(patched.says("'" + unique + "'"));
    CHECK(patched.body == posted.body);
    CHECK(scene.upsert_item(handles, "msdyn_octwitterhandle", too_long).body == posted.body);
    CHECK(scene.count("msdyn_octwitterhandle") == 0);
    CHECK(scene.patch(fits).status == 204);
    CHECK(scene.count("msdyn_octwitterhandle") == 1);
}

TEST_CASE("a key that no row could have is read as one that no row has", "[odata]") {
    Scene scene;
    const auto missing = scene.ask("GET", by_unique("missing"));
    CHECK(missing.status == 404);
    for (const auto& text : {repeated("a", 3000), std::string(), std::string("%20%20")}) {
        CHECK(scene.ask("GET", by_unique(text)).body == missing.body);
        CHECK(scene.ask("DELETE", by_unique(text)).body == missing.body);
        // A PATCH that may not create.
        CHECK(scene.ask("PATCH", by_unique(text), "{}", {{"If-Match", "*"}}).body == missing.body);
    }
    const auto no_option = "teams(azureactivedirectoryobjectid=" + object + ",membershiptype=99)";
    CHECK(scene.ask("GET", no_option).status == 404);
}

TEST_CASE("a blank key makes no row, however often it is sent", "[odata]") {
    Scene scene;
    for (const auto* text : {"", "%20", "%20%20%20"}) {
        for (int i = 0; i < 2; ++i) {
            const auto refused = scene.patch(by_unique(text));
            CHECK(refused.status == 400);
            CHECK(refused.says("'" + unique + "'"));
            CHECK(
                scene.upsert_item(handles, "msdyn_octwitterhandle", by_unique(text)).status == 400
            );
        }
    }
    CHECK(scene.count("msdyn_octwitterhandle") == 0);
}

TEST_CASE("rows whose key column is blank do not stand in each other's way", "[odata]") {
    Scene scene;
    const auto item = R"({"@odata.type":"Microsoft.Dynamics.CRM.msdyn_octwitterhandle",")" +
                      unique + R"(":"  "})";
    const auto made = scene.ask(
        "POST",
        handles + "/Microsoft.Dynamics.CRM.CreateMultiple",
        R"({"Targets":[)" + item + "," + item + "]}"
    );
    CHECK(made.status == 200);
    CHECK(scene.count("msdyn_octwitterhandle") == 2);
}

TEST_CASE("a choice in a key is one of its options, or no row is made", "[odata]") {
    Scene scene;
    const auto team = [](const std::string& type) {
        return "teams(azureactivedirectoryobjectid=" + object + ",membershiptype=" + type + ")";
    };
    for (const auto* type : {"99", "-1", "99999999999"}) {
        const auto refused = scene.patch(team(type), R"({"name":"t"})");
        CHECK(refused.status == 400);
        CHECK(refused.says("'membershiptype'"));
    }
    CHECK(scene.count("team") == 0);
    CHECK(scene.patch(team("2"), R"({"name":"t"})").status == 204);
    CHECK(scene.patch(team("2"), R"({"name":"u"})").status == 204);
    CHECK(scene.count("team") == 1);
}

TEST_CASE("a lookup in a key leads to a row that is there", "[odata]") {
    Scene scene;
    const auto refused = scene.patch(permission_of(nowhere), R"({"canread":4})");
    CHECK(refused.status == 404);
    const auto posted = scene.ask(
        "POST",
        "fieldpermissions",
        R"j({"fieldsecurityprofileid@odata.bind":"/fieldsecurityprofiles()j" + nowhere +
            R"j()","entityname":"x","attributelogicalname":"y"})j"
    );
    CHECK(refused.body == posted.body);
    CHECK(scene.count("fieldpermission") == 0);
    CHECK(scene.patch(permission_of(to_string(scene.profile())), R"({"canread":4})").status == 204);
}

TEST_CASE("a lookup in a key needs AppendTo on its row", "[odata]") {
    Scene scene;
    const auto path = permission_of(to_string(scene.profile()));
    const auto user = scene.vault.user("administrator");
    const auto role = scene.vault.role(
        "Without AppendTo",
        {"prvCreateFieldPermission",
         "prvWriteFieldPermission",
         "prvReadFieldPermission",
         "prvAppendFieldPermission"},
        schema::Depth::global
    );
    scene.vault.associate("systemuserroles_association", user, role);
    scene.caller = TestVault::caller(user);
    const auto refused = scene.patch(path, R"({"canread":0})");
    CHECK(refused.status == 403);
    CHECK(refused.says("AppendTo"));
    CHECK(scene.count("fieldpermission") == 0);
}

TEST_CASE("what a key says of a new row is on the log among its columns", "[odata]") {
    Scene scene;
    REQUIRE(scene.patch(by_unique("4711"), R"({"msdyn_name":"x"})").status == 204);
    const auto created = scene.newest_entry();
    const auto& table = schema::known::msdyn_octwitterhandle;
    std::vector<std::uint64_t> expected{table.column("msdyn_name")->id, table.column(unique)->id};
    std::ranges::sort(expected);
    CHECK(created.columns == expected);
    // One that is there keeps its key: nothing is set.
    REQUIRE(scene.patch(by_unique("4711"), R"({"msdyn_name":"y"})").status == 204);
    const std::vector<std::uint64_t> name{table.column("msdyn_name")->id};
    CHECK(scene.newest_entry().columns == name);
}

TEST_CASE("a body repeats the key of the row that it makes or is refused", "[odata]") {
    Scene scene;
    const auto body = [](const std::string& text) { return "{\"" + unique + "\":" + text + "}"; };
    for (const auto* text : {"\"other\"", "null", "\"\""}) {
        const auto refused = scene.patch(by_unique("Key"), body(text));
        CHECK(refused.status == 400);
        CHECK(refused.says("differs in the body"));
    }
    CHECK(scene.count("msdyn_octwitterhandle") == 0);
    CHECK(scene.patch(by_unique("Key"), body("\"kEY \"")).status == 204);
    CHECK(scene.patch(by_unique("KEY")).status == 204);
    CHECK(scene.count("msdyn_octwitterhandle") == 1);
}

TEST_CASE("a body repeats the lookup of a key by any name of its row", "[odata]") {
    Scene scene;
    const auto profile = to_string(scene.profile());
    const auto path = permission_of(profile);
    const auto body = [](const std::string& id) {
        return R"j({"fieldsecurityprofileid@odata.bind":"/fieldsecurityprofiles()j" + id +
               R"j()"})j";
    };
    CHECK(scene.patch(path, body(to_string(scene.profile()))).status == 400);
    CHECK(scene.count("fieldpermission") == 0);
    CHECK(scene.patch(path, body(profile)).status == 204);
}

TEST_CASE("a body may give a row that is there another key", "[odata]") {
    Scene scene;
    REQUIRE(scene.patch(by_unique("old")).status == 204);
    CHECK(scene.patch(by_unique("old"), "{\"" + unique + "\":\"new\"}").status == 204);
    CHECK(scene.ask("GET", by_unique("new")).status == 200);
    CHECK(scene.count("msdyn_octwitterhandle") == 1);
}

TEST_CASE("a domain name is one user's, by its collation key", "[odata]") {
    Scene scene;
    const auto user = [](const std::string& name) {
        return R"({"lastname":"x","internalemailaddress":"a@b.c","domainname":")" + name + "\"}";
    };
    REQUIRE(scene.ask("POST", "systemusers", user("J\u00f6rg@example.com")).status == 204);
    const auto before = scene.count("systemuser");
    for (const auto* name :
         {"J\u00f6rg@example.com",
          "J\u00d6RG@EXAMPLE.COM",
          "j\u00f6rg@example.com  ",
          "Jo\u0308rg@example.com"}) {
        CAPTURE(name);
        const auto refused = scene.ask("POST", "systemusers", user(name));
        CHECK(refused.status == 412);
        CHECK(refused.says("domainname_key"));
    }
    REQUIRE(scene.ask("POST", "systemusers", user("other@example.com")).status == 204);
    const std::string other = "systemusers(domainname='OTHER@example.com')";
    CHECK(scene.patch(other, R"({"domainname":"j\u00f6rg@EXAMPLE.com"})").status == 412);
    CHECK(scene.ask("POST", "systemusers", user("system")).status == 412);
    CHECK(scene.count("systemuser") == before + 1);
    // His own in another spelling is no other's.
    CHECK(scene.patch(other, R"({"domainname":"Other@Example.com"})").status == 204);
}

TEST_CASE(
    "a token pasted into a text is refused with the column's name and not its value", "[odata]"
) {
    Scene scene;
    const std::string token = "AAAAAAAAAAAAAAAA-hunter2";
    const auto path = "msdyn_octwitterhandlesecrets(" + unique + "='" + token + "')";
    const auto refused = scene.patch(path, R"({"msdyn_useraccesstoken":")" + token + R"("})");
    CHECK(refused.status == 400);
    CHECK(refused.says("'" + unique + "'"));
    CHECK_FALSE(refused.says("hunter2"));
    const auto put =
        scene.ask("PUT", path + "/msdyn_useraccesstoken", R"({"value":")" + token + R"("})");
    CHECK(put.status == 400);
    const auto posted = scene.ask(
        "POST",
        "msdyn_octwitterhandlesecrets",
        R"({"msdyn_name":"@a token=)" + token + R"(","msdyn_useraccesstoken":")" + token + R"("})"
    );
    CHECK(posted.status == 400);
    CHECK(posted.says("'msdyn_name'"));
    CHECK_FALSE(posted.says("hunter2"));
    CHECK(scene.count("msdyn_octwitterhandlesecret") == 0);
}

}  // namespace upsert_by_key_test
