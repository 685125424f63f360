// Acting on behalf of another over real TLS: who is named where, that the two together may do no more than either alone,
// and that nobody learns by it whom there is.
#include "access/built_in.hpp"
#include "http/serving.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace on_behalf_test {

namespace {

using namespace rookery;
using namespace std::chrono_literals;
using test::Answer;
using test::applications;
using test::get;
using test::Serving;
using test::TestVault;
using test::who_am_i;

constexpr std::string_view api = "/api/data/v9.2/";

std::string with_body(
    std::string_view method, std::string_view path, const std::string& headers,
    const std::string& body
) {
    return std::string{method} + " " + std::string{path} + " HTTP/1.1\r\nHost: h\r\n" + headers +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

/// "… Location: <url>(GUID)"
std::string id_in(const Answer& answer) {
    const auto at = answer.head.find("OData-EntityId: ");
    REQUIRE(at != std::string::npos);
    const auto open = answer.head.find('(', at);
    return answer.head.substr(open + 1, 36);
}

/// A program that may act for people, and one of them.
struct Fixture {
    Serving f;
    Uuid app = f.vault.user("app");
    Uuid ada = f.vault.user("ada");
    std::string token;
    std::string for_ada = "MSCRMCallerID: " + to_string(ada) + "\r\n";
    test::TlsClient client;

    Fixture() : client((give(), f.connect())) {}

    void give() {
        const auto delegate = f.vault.role(
            "delegate", {schema::prv_act_on_behalf, "prvReadUser"}, schema::Depth::global
        );
        const auto editor = f.vault.role(
            "editor",
            {"prvReadmsdyn_octwitterapplication",
             "prvWritemsdyn_octwitterapplication",
             "prvCreatemsdyn_octwitterapplication",
             "prvAssignmsdyn_octwitterapplication"},
            schema::Depth::global
        );
        f.vault.associate("systemuserroles_association", app, delegate);
        f.vault.associate("systemuserroles_association", app, editor);
        f.vault.associate("systemuserroles_association", ada, editor);
        token = f.credential(app);
    }

    Answer ask(const std::string& request) {
        auto answer = client.ask(request);
        REQUIRE(answer);
        return *answer;
    }

    std::string columns(const std::string& id) {
        return ask(get(std::string{applications} + "(" + id +
                           ")?$select=_createdby_value,_createdonbehalfby_value,_modifiedby_value,"
                           "_modifiedonbehalfby_value,_ownerid_value",
                       token))
            .body;
    }
};

bool says(const std::string& body, const std::string& member, const std::string& value) {
    return body.find("\"" + member + "\":" + value) != std::string::npos;
}

std::string quoted(const Uuid& id) { return "\"" + to_string(id) + "\""; }

}  // namespace

TEST_CASE("on behalf of another one is him, and the log names both", "[http][behalf]") {
    Fixture f;
    f.f.vault.run_as_system<messages::NoContent>([&] {
        messages::Upsert update;
        update.target = TestVault::target("systemuser", f.ada);
        update.input.cells.push_back(
            TestVault::cell("systemuser", "azureactivedirectoryobjectid", f.app)
        );
        return update;
    }());
    for (const auto& header : {f.for_ada, "CallerObjectId: " + to_string(f.app) + "\r\n"}) {
        const auto answer = f.ask(get(who_am_i, f.token + header));
        CHECK(answer.status == 200);
        CHECK(says(answer.body, "UserId", quoted(f.ada)));
        const auto entry = f.f.log().front();
        CHECK(entry.event.actor.id == to_string(f.app));
        REQUIRE(entry.event.on_behalf_of);
        CHECK(entry.event.on_behalf_of->id == to_string(f.ada));
        CHECK(entry.event.on_behalf_of->type == audit::ActorType::human);
        CHECK(entry.on_behalf_of_name == "ada");
    }
    // Who asks what she did finds what was done for her.
    messages::RetrieveAuditEvents about_ada;
    about_ada.actor = f.ada;
    CHECK(f.f.vault.run_as_system<messages::LogReply>(about_ada).entries.size() == 2);
    const auto alone = f.ask(get(who_am_i, f.token));
    CHECK(says(alone.body, "UserId", quoted(f.app)));
    CHECK_FALSE(f.f.log().front().event.on_behalf_of);
    const auto himself =
        f.ask(get(who_am_i, f.token + "MSCRMCallerID: " + to_string(f.app) + "\r\n"));
    CHECK(himself.status == 200);
    CHECK_FALSE(f.f.log().front().event.on_behalf_of);
}

TEST_CASE("a row says who wrote it, and who did so on his behalf", "[http][behalf]") {
    Fixture f;
    const auto made =
        f.ask(with_body("POST", applications, f.token + f.for_ada, R"({"msdyn_name":"a"})"));
    REQUIRE(made.status == 204);
    const auto id = id_in(made);
    auto row = f.columns(id);
    CHECK(says(row, "_createdby_value", quoted(f.ada)));
    CHECK(says(row, "_createdonbehalfby_value", quoted(f.app)));
    CHECK(says(row, "_modifiedby_value", quoted(f.ada)));
    CHECK(says(row, "_modifiedonbehalfby_value", quoted(f.app)));
    CHECK(says(row, "_ownerid_value", quoted(f.ada)));

    const auto path = std::string{applications} + "(" + id + ")";
    REQUIRE(f.ask(with_body("PATCH", path, f.token, R"({"msdyn_name":"b"})")).status == 204);
    row = f.columns(id);
    CHECK(says(row, "_createdonbehalfby_value", quoted(f.app)));
    CHECK(says(row, "_modifiedby_value", quoted(f.app)));
    CHECK(says(row, "_modifiedonbehalfby_value", "null"));
}

TEST_CASE("the two together may do what each may do alone, and no more", "[http][behalf]") {
    Fixture f;
    // The reader reads; the program writes, too.
    const auto reader = f.f.vault.user("reader");
    const auto reads =
        f.f.vault.role("reads", {"prvReadmsdyn_octwitterapplication"}, schema::Depth::global);
    f.f.vault.associate("systemuserroles_association", reader, reads);
    const auto row =
        f.f.vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string("a")});
    const auto path = std::string{applications} + "(" + to_string(row) + ")";
    const auto behalf = f.token + "MSCRMCallerID: " + to_string(reader) + "\r\n";
    CHECK(f.ask(get(path, behalf)).status == 200);
    CHECK(f.ask(with_body("PATCH", path, behalf, R"({"msdyn_name":"b"})")).status == 403);
    const auto entry = f.f.log().front();
    CHECK(entry.event.outcome == audit::Outcome::denied);
    CHECK(entry.event.actor.id == to_string(f.app));
    REQUIRE(entry.event.on_behalf_of);
    CHECK(entry.event.on_behalf_of->id == to_string(reader));
    CHECK(f.ask(with_body("PATCH", path, f.token, R"({"msdyn_name":"b"})")).status == 204);

    // And a powerful user lends nothing.
    const auto weak = f.f.vault.user("weak");
    const auto delegate = f.f.vault.role(
        "only delegate", {schema::prv_act_on_behalf, "prvReadUser"}, schema::Depth::global
    );
    f.f.vault.associate("systemuserroles_association", weak, delegate);
    const auto weakly = f.f.credential(weak);
    CHECK(f.ask(get(path, weakly + f.for_ada)).status == 403);
    CHECK(f.ask(get(applications, weakly + f.for_ada)).status == 403);
}

TEST_CASE(
    "who may not act for somebody is told the same whether there is such a user", "[http][behalf]"
) {
    Fixture f;
    const auto plain = test::reader(f.f, "plain");
    const auto disabled = f.f.vault.user("disabled");
    f.f.vault.run_as_system<messages::NoContent>([&] {
        messages::Upsert update;
        update.target = TestVault::target("systemuser", disabled);
        update.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", true));
        return update;
    }());
    const std::string unknown = "11111111-1111-4111-8111-111111111111";
    const std::pair<std::string, std::string> cases[] = {
        {plain, to_string(f.ada)},
        {plain, unknown},
        {plain, to_string(access::system_user)},
        {f.token, unknown},
        {f.token, to_string(disabled)},
        {f.token, to_string(access::jobs_user)},
    };
    std::string told;
    for (const auto& [token, whom] : cases) {
        CAPTURE(whom);
        const auto answer = f.ask(get(who_am_i, token + "MSCRMCallerID: " + whom + "\r\n"));
        CHECK(answer.status == 403);
        CHECK(answer.body.find("0x8004a110") != std::string::npos);
        if (told.empty()) told = answer.body;
        CHECK(answer.body == told);
        const auto entry = f.f.log().front();
        CHECK(entry.event.outcome == audit::Outcome::denied);
        REQUIRE(entry.event.on_behalf_of);
        CHECK(entry.event.on_behalf_of->id == whom);
    }
    CHECK(f.ask(get(who_am_i, f.token + "MSCRMCallerID: ada\r\n")).status == 400);
    CHECK(f.ask(get(who_am_i, f.token + f.for_ada + f.for_ada)).status == 400);
    CHECK(f.ask(get(who_am_i, f.for_ada)).status == 401);
}

TEST_CASE(
    "a request that is refused unread names nobody whom its sender may not act for",
    "[http][behalf]"
) {
    Fixture f;
    const auto plain = test::reader(f.f, "plain");
    const auto answer = f.ask(
        "POST " + std::string{applications} + " HTTP/1.1\r\nHost: h\r\n" + plain + f.for_ada +
        "Content-Type: application/json\r\nContent-Length: 999999999\r\n\r\n"
    );
    CHECK(answer.status == 413);
    const auto entry = f.f.log().front();
    CHECK(entry.event.outcome != audit::Outcome::success);
    CHECK_FALSE(entry.event.on_behalf_of);
    CHECK(entry.event.actor.id != to_string(f.ada));
}

TEST_CASE("by the teams of another nobody filters who may not read them", "[http][behalf]") {
    Fixture f;
    for (const auto* function : {"EqualUserTeams", "EqualUserOrUserTeams"}) {
        const auto path = std::string{applications} + "?$filter=Microsoft.Dynamics.CRM." +
                          function + "(PropertyName='ownerid')";
        CAPTURE(function);
        CHECK(f.ask(get(path, f.token)).status == 200);
        CHECK(f.ask(get(path, f.token + f.for_ada)).status == 403);
    }
    const auto own = std::string{applications} +
                     "?$filter=Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')";
    CHECK(f.ask(get(own, f.token + f.for_ada)).status == 200);
}

TEST_CASE("who acts for another is refused once either may act no more", "[http][behalf]") {
    Fixture f;
    REQUIRE(f.ask(get(who_am_i, f.token + f.for_ada)).status == 200);
    f.f.vault.run_as_system<messages::NoContent>([&] {
        messages::Upsert update;
        update.target = TestVault::target("systemuser", f.ada);
        update.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", true));
        return update;
    }());
    CHECK(f.ask(get(who_am_i, f.token + f.for_ada)).status == 403);
    CHECK(f.ask(get(who_am_i, f.token)).status == 200);
}

TEST_CASE("what each answers for himself is not done on behalf of another", "[http][behalf]") {
    Fixture f;
    const auto admin = f.f.vault.user("admin");
    const auto other = f.f.vault.user("other admin");
    for (const auto& user : {admin, other}) {
        f.f.vault.associate("systemuserroles_association", user, access::system_administrator_role);
    }
    const auto token = f.f.credential(admin);
    const auto behalf = "MSCRMCallerID: " + to_string(other) + "\r\n";
    REQUIRE(f.ask(get(who_am_i, token + behalf)).status == 200);
    const std::pair<std::string, std::string> acts[] = {
        {"rky_RevokeCredential", R"({"CredentialId":")" + to_string(f.f.last_credential) + "\"}"},
        {"rky_Seal", "{}"},
    };
    for (const auto& [name, body] : acts) {
        CAPTURE(name);
        const auto answer = f.ask(with_body("POST", std::string{api} + name, token + behalf, body));
        CHECK(answer.status == 403);
        CHECK(answer.body.find("0x8004a110") != std::string::npos);
        CHECK(answer.body.find("is not done on behalf of another") != std::string::npos);
        CHECK(f.f.log().front().event.on_behalf_of);
    }
    CHECK(f.ask(get(who_am_i, token)).status == 200);
}

TEST_CASE("a page of a list goes on for the two who asked for it alone", "[http][behalf]") {
    Fixture f;
    for (const auto* name : {"a", "b", "c"}) {
        f.f.vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string(name)});
    }
    const std::string pages = "Prefer: odata.maxpagesize=1\r\n";
    const auto first = f.ask(get(applications, f.token + f.for_ada + pages));
    REQUIRE(first.status == 200);
    const auto link = first.body.find("\"@odata.nextLink\":\"");
    REQUIRE(link != std::string::npos);
    auto next = first.body.substr(link + 19);
    next = next.substr(0, next.find('"'));
    next = next.substr(next.find("/api/"));
    CHECK(f.ask(get(next, f.token + f.for_ada + pages)).status == 200);
    CHECK(f.ask(get(next, f.token + pages)).status == 400);
    CHECK(f.ask(get(next, f.f.credential(f.ada) + pages)).status == 400);
}

TEST_CASE(
    "a batch is on behalf of whom it names, and a part of whom the part does", "[http][behalf]"
) {
    Fixture f;
    const auto part = [](const std::string& headers) {
        return "--b\r\nContent-Type: application/http\r\n\r\nGET WhoAmI HTTP/1.1\r\n" + headers +
               "\r\n\r\n";
    };
    const auto change_set = [](const std::string& first, const std::string& second) {
        const auto create = [](const std::string& headers) {
            return "--c\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\n"
                   "POST msdyn_octwitterapplications HTTP/1.1\r\nContent-Type: application/json\r\n"
                   "Prefer: return=representation\r\n" +
                   headers + "\r\n{\"msdyn_name\":\"x\"}\r\n";
        };
        auto two = create(second);
        two.replace(two.find("Content-ID: 1"), 13, "Content-ID: 2");
        return "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" + create(first) + two +
               "--c--\r\n";
    };
    const auto send = [&](const std::string& body, const std::string& headers) {
        const auto all = body + "--b--\r\n";
        return f.ask(
            "POST /api/data/v9.2/$batch HTTP/1.1\r\nHost: h\r\n" + f.token + headers +
            "Content-Type: multipart/mixed; boundary=b\r\nContent-Length: " +
            std::to_string(all.size()) + "\r\n\r\n" + all
        );
    };
    const auto as_himself = "MSCRMCallerID: " + to_string(f.app) + "\r\n";
    auto answer = send(part("") + part(as_himself), f.for_ada);
    CHECK(answer.status == 200);
    CHECK(answer.body.find(to_string(f.ada)) < answer.body.find(to_string(f.app)));
    CHECK(answer.body.find(to_string(f.app)) != std::string::npos);

    answer = send(part(f.for_ada) + part(""), {});
    CHECK(answer.status == 200);
    CHECK(answer.body.find(to_string(f.ada)) < answer.body.find(to_string(f.app)));

    answer = send(change_set("", as_himself), f.for_ada);
    CHECK(answer.status == 200);
    CHECK(says(answer.body, "_createdby_value", quoted(f.ada)));
    CHECK(says(answer.body, "_createdby_value", quoted(f.app)));
    CHECK(says(answer.body, "_createdonbehalfby_value", quoted(f.app)));
    CHECK(says(answer.body, "_createdonbehalfby_value", "null"));

    const std::string nobody = "MSCRMCallerID: 11111111-1111-4111-8111-111111111111\r\n";
    const auto rows = f.ask(get(std::string{applications} + "/$count", f.token)).body;
    CHECK(send(change_set("", nobody), {}).status == 403);
    CHECK(send(part(""), nobody).status == 403);
    CHECK(f.ask(get(std::string{applications} + "/$count", f.token)).body == rows);
}

}  // namespace on_behalf_test
