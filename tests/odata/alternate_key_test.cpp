// Whoever names a row by its key and may not see it is told what he would be told if no row had that
// key, to the byte. Requests as clients send them, on a real vault; the log keeps the truth.
#include "render_for_test.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace alternate_key_test {

namespace {

using namespace rookery;
using test::TestVault;
using test::value;

constexpr std::string_view handle_table = "msdyn_octwitterhandle";
constexpr std::string_view secret_table = "msdyn_octwitterhandlesecret";

struct Question {
    std::string_view method;
    std::string_view path;
    std::string_view body = {};
    std::string_view if_match = {};
};

/// What somebody else owns ("held"), and one who has every right on what is his own and none on that.
struct Scene {
    TestVault vault;
    Uuid low, team, own_handle, own_secret, stranger, bare_handle, handle, secret;

    /// `without`: a right that `low` does not even have on his own rows.
    explicit Scene(std::optional<schema::Right> without = {}) {
        low = vault.user("low");
        std::vector<messages::RolePrivilege> rights;
        for (const auto table :
             {handle_table,
              secret_table,
              std::string_view{"systemuser"},
              std::string_view{"team"}}) {
            using enum schema::Right;
            for (const auto right : {create, read, write, remove, append, append_to, assign}) {
                if (without == right) continue;
                rights.push_back(
                    {&schema::privilege(*schema::table(table), right), schema::Depth::basic}
                );
            }
        }
        const auto role = vault.role("Low", {}, schema::Depth::basic);
        vault.run_as_system<messages::NoContent>(messages::AddPrivilegesRole{
            TestVault::target("role", role), rights, false});
        vault.associate("systemuserroles_association", low, role);
        const auto unit = TestVault::target("businessunit", vault.vault().root_business_unit());
        team = vault.create(
            "team", std::pair{"name", std::string("Low's")}, std::pair{"businessunitid", unit}
        );
        vault.associate("teammembership_association", team, low);

        stranger = vault.create(
            "systemuser",
            std::pair{"domainname", std::string("held")},
            std::pair{"lastname", std::string("held")},
            std::pair{"businessunitid", unit},
            std::pair{"azureactivedirectoryobjectid", *Uuid::parse(held_object)}
        );
        bare_handle = make_handle("held-bare", {});
        handle = make_handle("held-key", {});
        secret = make_secret("held-key", handle, {});
        own_handle = make_handle("own", low);
        own_secret = make_secret("own", own_handle, low);
    }

    static constexpr std::string_view held_object = "11111111-aaaa-4aaa-8aaa-111111111111";
    static constexpr std::string_view gone_object = "99999999-aaaa-4aaa-8aaa-999999999999";

    Uuid make_handle(const std::string& unique, const Uuid& owner) {
        return vault.create(
            handle_table,
            std::pair{"msdyn_name", unique},
            std::pair{"msdyn_octwitteruniquehandleid", unique},
            std::pair{"ownerid", TestVault::target("systemuser", owner_or_system(owner))}
        );
    }

    Uuid make_secret(const std::string& unique, const Uuid& of, const Uuid& owner) {
        return vault.create(
            secret_table,
            std::pair{"msdyn_name", unique},
            std::pair{"msdyn_octwitteruniquehandleid", unique},
            std::pair{"msdyn_octwitterhandleid", TestVault::target(handle_table, of)},
            std::pair{"ownerid", TestVault::target("systemuser", owner_or_system(owner))}
        );
    }

    [[nodiscard]] Uuid owner_or_system(const Uuid& owner) {
        return owner.is_nil() ? vault.vault().system().user : owner;
    }

    /// The answer as it would be sent, and nothing of it left out but its place on the log.
    std::string ask(const Question& question, bool held) {
        auto body = filled(question.body, held);
        std::vector<http::Header> headers;
        if (!question.if_match.empty())
            headers.push_back({"If-Match", std::string(question.if_match)});
        const auto request = odata::request(
            std::string(question.method),
            "/api/data/v9.2/" + filled(question.path, held),
            body,
            headers
        );
        const auto caller = TestVault::caller(low);
        const auto admits = [&](const messages::Message& shape) {
            return vault.vault().pipeline().admits(vault.vault().view(), caller, shape);
        };
        auto parsed = odata::parse(request, odata::test_root, admits, vault.vault().id());
        if (const auto* rejected = odata::message_if<messages::Rejected>(parsed)) {
            FAIL(question.method << ' ' << question.path << ": " << rejected->error.message);
        }
        auto receipt = value(vault.vault().run(caller, parsed.message));
        const auto response = odata::render(parsed.context, std::move(receipt));
        auto out = std::to_string(response.status) + "\n";
        for (const auto& header : odata::headers(response)) {
            if (header.name != "Audit-Log") out += header.name + ": " + header.value + "\n";
        }
        out += "\n";
        out.append(response.body.data(), response.body.size());
        return out;
    }

    /// Puts names and references in the place of their marks; those of the other's rows are by key.
    [[nodiscard]] std::string filled(std::string_view text, bool held) const {
        const std::string key = held ? "held-key" : "gone-key";
        const std::string bare = held ? "held-bare" : "gone-bare";
        const std::string object(held ? held_object : gone_object);
        const auto by_key = [](std::string_view unique) {
            return "msdyn_octwitteruniquehandleid='" + std::string(unique) + "'";
        };
        const std::string handles = "msdyn_octwitterhandles";
        const std::string secrets = "msdyn_octwitterhandlesecrets";
        const std::string nowhere = "77777777-7777-4777-8777-777777777777";
        const std::pair<std::string_view, std::string> marks[] = {
            {"{HANDLE}", handles + "(" + by_key(key) + ")"},
            {"{BARE_HANDLE}", handles + "(" + by_key(bare) + ")"},
            {"{SECRET}", secrets + "(" + by_key(key) + ")"},
            {"{USER}", "systemusers(azureactivedirectoryobjectid=" + object + ")"},
            {"{NO_SECRET}", secrets + "(" + by_key("no-such-key") + ")"},
            {"{NO_SECRET_ID}", secrets + "(" + nowhere + ")"},
            {"{NO_USER_ID}", "systemusers(" + nowhere + ")"},
            {"{OWN_HANDLE}", handles + "(" + to_string(own_handle) + ")"},
            {"{OWN_SECRET}", secrets + "(" + to_string(own_secret) + ")"},
            {"{SECRET_ID}", secrets + "(" + to_string(secret) + ")"},
            {"{TEAM}", "teams(" + to_string(team) + ")"},
            {"{OWN}", to_string(own_secret)},
            {"{BY_KEY}", by_key(key)},
            {"{BY_OBJECT}", "azureactivedirectoryobjectid=" + object},
            {"{KEY}", key},
            {"{BARE}", bare},
            {"{HANDLES}", handles},
            {"{SECRETS}", secrets},
            {"{CHILDREN}",
             "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid"},
            {"{TYPE}", R"("@odata.type":"Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret")"},
            {"{CRM}", "Microsoft.Dynamics.CRM"},
            {"{BIND}", "msdyn_octwitterhandleid@odata.bind"},
            {"{UNIQUE}", "msdyn_octwitteruniquehandleid"},
        };
        std::string out(text);
        for (const auto& [mark, with] : marks) {
            for (auto at = out.find(mark); at != std::string::npos; at = out.find(mark)) {
                out.replace(at, mark.size(), with);
            }
        }
        return out;
    }

    [[nodiscard]] bool names_held(std::string_view answer) const {
        const Uuid held[] = {stranger, bare_handle, handle, secret};
        return std::ranges::any_of(held, [&](const Uuid& id) {
            return answer.find(to_string(id)) != std::string_view::npos;
        });
    }

    audit::Event newest_entry() {
        return vault.run_as_system<messages::LogReply>(messages::RetrieveAuditEvents{})
            .entries.front()
            .event;
    }
};

// clang-format off
constexpr Question questions[] = {
    // The row itself.
    {"GET", "{HANDLE}"},
    {"GET", "{HANDLE}/msdyn_name"},
    {"GET", "{HANDLE}/msdyn_octwitterapplicationid"},
    {"GET", "{SECRET}/msdyn_octwitterhandleid"},
    {"GET", "{HANDLE}/{CHILDREN}"},
    {"PATCH", "{HANDLE}", R"({"msdyn_name":"x"})", "*"},
    {"PATCH", "{SECRET}", R"({"msdyn_name":"x"})", "W/\"1\""},
    {"PATCH", "{SECRET}", R"({"msdyn_name":"x"})"},  // neither has a handle in his reach
    {"PATCH", "{SECRET}", R"({"statecode":1,"statuscode":1})", "*"},
    {"PATCH", "{HANDLE}", R"({"ownerid@odata.bind":"{USER}"})", "*"},
    {"PUT", "{HANDLE}/msdyn_name", R"({"value":"x"})"},
    {"DELETE", "{HANDLE}/msdyn_name"},
    {"DELETE", "{HANDLE}"},   // has a child
    {"DELETE", "{BARE_HANDLE}"},
    {"DELETE", "{SECRET}", {}, "W/\"1\""},
    {"GET", "{USER}"},
    {"PATCH", "{USER}", R"({"isdisabled":true})", "*"},
    {"DELETE", "{USER}"},
    // What a lookup is set to.
    {"POST", "{SECRETS}", R"({"{BIND}":"{HANDLE}"})"},
    {"POST", "{SECRETS}", R"({"statecode":1,"statuscode":1,"{BIND}":"{HANDLE}"})"},
    {"POST", "{SECRETS}", R"({"{BIND}":"{HANDLE}","ownerid@odata.bind":"{NO_USER_ID}"})"},
    {"POST", "{SECRETS}", R"({"{BIND}":"{OWN_HANDLE}","{UNIQUE}":"{KEY}"})"},
    {"PATCH", "{OWN_SECRET}", R"({"{BIND}":"{HANDLE}"})"},
    {"PUT", "{OWN_SECRET}/msdyn_octwitterhandleid/$ref", R"({"@odata.id":"{HANDLE}"})"},
    {"PUT", "{SECRET}/msdyn_octwitterhandleid/$ref", R"({"@odata.id":"{OWN_HANDLE}"})"},
    {"DELETE", "{SECRET}/msdyn_octwitterhandleid/$ref"},
    // The unique handle id itself: of a handle without a record, and of one with it.
    {"POST", "{SECRETS}", R"({"{UNIQUE}":"{BARE}"})"},
    {"POST", "{SECRETS}", R"({"{UNIQUE}":"{KEY}"})"},
    {"PATCH", "{OWN_SECRET}", R"({"{UNIQUE}":"{KEY}"})"},
    // The owner.
    {"POST", "{SECRETS}", R"({"msdyn_name":"x","ownerid@odata.bind":"{USER}"})"},
    {"PATCH", "{OWN_SECRET}", R"({"ownerid@odata.bind":"{USER}"})"},
    {"PATCH", "{OWN_SECRET}", R"({"createdby@odata.bind":"{USER}"})"},
    // Both ends of a relationship.
    {"POST", "{HANDLE}/{CHILDREN}/$ref", R"({"@odata.id":"{OWN_SECRET}"})"},
    {"POST", "{HANDLE}/{CHILDREN}/$ref", R"({"@odata.id":"{NO_SECRET_ID}"})"},
    {"POST", "{HANDLE}/{CHILDREN}/$ref", R"({"@odata.id":"{SECRET}"})"},
    {"POST", "{HANDLE}/{CHILDREN}/$ref", R"({"@odata.id":"{NO_SECRET}"})"},
    {"POST", "{OWN_HANDLE}/{CHILDREN}/$ref", R"({"@odata.id":"{SECRET}"})"},
    {"DELETE", "{HANDLE}/{CHILDREN}({OWN})/$ref"},
    {"DELETE", "{OWN_HANDLE}/{CHILDREN}({BY_KEY})/$ref"},
    {"POST", "{TEAM}/teammembership_association/$ref", R"({"@odata.id":"{USER}"})"},
    {"DELETE", "{TEAM}/teammembership_association({BY_OBJECT})/$ref"},
    {"POST", "{USER}/teammembership_association/$ref", R"({"@odata.id":"{TEAM}"})"},
    // Many at once.
    {"POST", "{SECRETS}/{CRM}.CreateMultiple", R"({"Targets":[{{TYPE},"msdyn_name":"x"},{{TYPE},"{BIND}":"{HANDLE}"}]})"},
    {"POST", "{SECRETS}/{CRM}.CreateMultiple", R"({"Targets":[{{TYPE},"{UNIQUE}":"{KEY}"}]})"},
    {"POST", "{SECRETS}/{CRM}.UpsertMultiple", R"({"Targets":[{{TYPE},"@odata.id":"{SECRET}","msdyn_name":"x"}]})"},
    {"POST", "{SECRETS}/{CRM}.UpsertMultiple", R"({"Targets":[{{TYPE},"@odata.id":"{OWN_SECRET}","{BIND}":"{HANDLE}"}]})"},
};
// clang-format on

}  // namespace

TEST_CASE("by key, a row that may not be read is a row that is not there, to the byte", "[odata]") {
    using enum schema::Right;
    const auto without = GENERATE(
        std::optional<schema::Right>{},
        std::optional{append_to},
        std::optional{append},
        std::optional{read},
        std::optional{write},
        std::optional{create},
        std::optional{assign}
    );
    Scene scene(without);
    CAPTURE(without ? static_cast<int>(*without) : -1);
    for (const auto& question : questions) {
        CAPTURE(question.method, question.path, question.body);
        const auto held = scene.ask(question, true);
        CHECK(held == scene.ask(question, false));
        CHECK_FALSE(scene.names_held(held));
        CHECK(held.substr(0, 1) == "4");
    }
}

TEST_CASE("by key, the log names the row that was kept back and the rule that did it", "[odata]") {
    Scene scene;
    for (const auto* const body : {R"({"{BIND}":"{HANDLE}"})", R"({"{UNIQUE}":"{KEY}"})"}) {
        CAPTURE(body);
        const Question question{"POST", "{SECRETS}", body};
        scene.ask(question, true);
        const auto held = scene.newest_entry();
        CHECK(held.outcome == audit::Outcome::denied);
        CHECK(held.reason == audit::Reason::policy);
        CHECK(held.table == handle_table);
        CHECK(held.record == scene.handle);
        CHECK(held.rule->path == "none");
        scene.ask(question, false);
        const auto gone = scene.newest_entry();
        CHECK(gone.outcome == audit::Outcome::failed);
        CHECK_FALSE(gone.record);
    }
}

TEST_CASE("who creates by a key that is taken is told so and no id", "[odata]") {
    // That a key is unique cannot be kept from who may create: two rows with it there cannot be.
    Scene scene;
    const auto posted = scene.ask({"POST", "{HANDLES}", R"({"{UNIQUE}":"{KEY}"})"}, true);
    CHECK(posted.substr(0, 4) == "412\n");
    CHECK_FALSE(scene.names_held(posted));
    CHECK(scene.ask({"PATCH", "{HANDLE}", R"({"msdyn_name":"x"})"}, true) == posted);
    const auto entry = scene.newest_entry();
    CHECK(entry.outcome == audit::Outcome::denied);
    CHECK(entry.record == scene.handle);
    CHECK(scene.ask({"PATCH", "{HANDLE}", R"({"msdyn_name":"x"})"}, false).substr(0, 4) == "204\n");
}

TEST_CASE("who may read a row that he named by its key is told what he lacks on it", "[odata]") {
    Scene scene;
    const auto reader = scene.vault.role(
        "Reader of all",
        {"prvReadmsdyn_octwitterhandle", "prvReadmsdyn_octwitterhandlesecret"},
        schema::Depth::global
    );
    scene.vault.associate("systemuserroles_association", scene.low, reader);
    for (const auto* const body :
         {R"({"{BIND}":"{HANDLE}"})", R"({"{UNIQUE}":"{KEY}"})", R"({"{UNIQUE}":"{BARE}"})"}) {
        CAPTURE(body);
        // Not the conflict with the record that is there: he lacks AppendTo on the handle.
        const auto answer = scene.ask({"POST", "{SECRETS}", body}, true);
        CHECK(answer.substr(0, 4) == "403\n");
        CHECK(answer.find("AppendTo") != std::string::npos);
    }
}

TEST_CASE("who may use a row may name it by its key without reading it", "[odata]") {
    Scene scene;
    const auto role =
        scene.vault.role("Binder", {"prvAppendTomsdyn_octwitterhandle"}, schema::Depth::global);
    scene.vault.associate("systemuserroles_association", scene.low, role);
    const auto answer =
        scene.ask({"POST", "{SECRETS}", R"({"{UNIQUE}":"{BARE}","{BIND}":"{BARE_HANDLE}"})"}, true);
    CHECK(answer.substr(0, 4) == "204\n");
}

TEST_CASE("where a lookup leads is not said to who may not read its row", "[odata]") {
    Scene scene;
    const auto answer = scene.ask({"GET", "{SECRET_ID}/msdyn_octwitterhandleid"}, true);
    CHECK(answer.substr(0, 4) == "403\n");
    CHECK(answer.find(to_string(scene.handle)) == std::string::npos);
}

}  // namespace alternate_key_test
