// The metadata through the server: who may read it, and what of that is on the log.
#include "http/serving.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace metadata_test {

namespace {

using namespace rookery;
using test::get;
using test::Serving;

constexpr std::array questions = {
    "/api/data/v9.2/",
    "/api/data/v9.2/$metadata",
    "/api/data/v9.2/EntityDefinitions?$select=LogicalName,EntitySetName",
    "/api/data/v9.2/EntityDefinitions?$expand=Attributes",
    "/api/data/v9.2/EntityDefinitions(LogicalName='msdyn_octwitterhandlesecret')/Attributes",
    "/api/data/v9.2/sdkmessagefilters?$expand=sdkmessageid",
    "/api/data/v9.2/RetrieveMetadataChanges(Query=@q)?@q=%7B%7D",
    "/api/data/v9.2/RetrieveVersion()",
};

}  // namespace

TEST_CASE("whoever is enabled reads metadata, and each answer is on the log", "[http][metadata]") {
    Serving f;
    const auto user = f.vault.user("alice");  // without any role
    const auto token = f.credential(user);
    auto client = f.connect();
    for (const auto* const question : questions) {
        CAPTURE(question);
        const auto before = f.log().size();
        const auto answer = client.ask(get(question, token));
        REQUIRE(answer);
        CHECK(answer->status == 200);
        CHECK(answer->body.size() > 20);
        CHECK(answer->has("Audit-Log: "));
        REQUIRE(f.log().size() == before + 1);
        const auto entry = f.log().front();
        CHECK(entry.event.action == audit::Action::retrieve);
        CHECK(entry.event.outcome == audit::Outcome::success);
        CHECK(entry.event.actor.id == to_string(user));
    }
    CHECK(f.log().front().event.message == "RetrieveMetadata");
}

TEST_CASE("without a token, or as a disabled user, nothing of it is read", "[http][metadata]") {
    Serving f;
    const auto user = f.vault.user("alice");
    const auto token = f.credential(user);
    messages::Upsert disable;
    disable.target = test::TestVault::target("systemuser", user);
    disable.input.cells.push_back(test::TestVault::cell("systemuser", "isdisabled", true));
    f.vault.run_as_system<messages::NoContent>(std::move(disable));
    auto client = f.connect();
    for (const auto* const question : questions) {
        CAPTURE(question);
        CHECK(client.ask(get(question))->status == 401);
        const auto refused = client.ask(get(question, token));
        REQUIRE(refused);
        CHECK(refused->status >= 401);
        CHECK(refused->body.find("msdyn_octwitterhandlesecret") == std::string::npos);
    }
}

TEST_CASE("what was not changed is not sent again", "[http][metadata]") {
    Serving f;
    const auto token = f.credential(f.vault.user("alice"));
    auto client = f.connect();
    const std::string question = "/api/data/v9.2/$metadata";
    const auto first = client.ask(get(question, token));
    REQUIRE(first);
    CHECK(first->has("Content-Type: application/xml"));
    CHECK(first->body.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>"));
    const auto at = first->head.find("ETag: ");
    REQUIRE(at != std::string::npos);
    const auto tag = first->head.substr(at + 6, first->head.find("\r\n", at) - at - 6);
    const auto again = client.ask(get(question, token + "If-None-Match: " + tag + "\r\n"));
    REQUIRE(again);
    CHECK(again->status == 304);
    CHECK(again->body.empty());
    CHECK(client.ask(get(question, token))->body == first->body);
}

}  // namespace metadata_test
