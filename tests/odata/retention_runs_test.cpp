// How runs of retention are asked for and answered, and how policies are written and validated over HTTP.
#include "asking_scene.hpp"
#include "odata/fetchxml/retention_query.hpp"
#include "render_for_test.hpp"

#include <catch2/catch.hpp>

namespace retention_runs_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;

namespace {

const std::string api = "/api/data/v9.2/";

std::string fetch(std::string_view attributes = {}, std::string_view inner = {}) {
    return "<fetch" + std::string(attributes) + "><entity name='msdyn_octwitterhandle'>" +
           std::string(inner) + "</entity></fetch>";
}

std::string body_with(const json& more) {
    json out = {{"FetchXml", fetch()}};
    out.update(more);
    return out.dump();
}

struct Scene : AskingScene {
    Scene() {
        vault.read_criteria = fetchxml::read_policy_criteria;
        vault.retain_records();
    }

    json validated(const json& body) {
        const auto out = ask("POST", "ValidateRetentionConfig", body.dump());
        INFO(out.body);
        REQUIRE(out.status == 200);
        return out.json();
    }

    Asked patch(const std::string& url, const json& body) {
        return ask("PATCH", url, body.dump(), {{"If-Match", "*"}});
    }
};

}  // namespace

TEST_CASE("a run is asked for with a query, and an id for its operation", "[odata]") {
    const auto id = id_of(id_text);
    const auto out = message<messages::BulkRetain>(parsed(
        "POST",
        api + "BulkRetain",
        body_with(
            {{"OperationId", id_text},
             {"EntityName", "msdyn_octwitterhandle"},
             {"PageSize", 50},
             {"PagingCookie", nullptr}}
        )
    ));
    CHECK(out.operation == id);
    CHECK(out.query.table->name == "msdyn_octwitterhandle");
    CHECK(out.query.source == messages::RowSource::live);
    CHECK(out.text == fetch());
    const auto back = message<messages::BulkRollbackRetain>(parsed(
        "POST",
        api + "rky_BulkRollbackRetain",
        json{{"FetchXml", fetch(" datasource='retained'")}}.dump()
    ));
    CHECK(back.query.source == messages::RowSource::retained);
    CHECK_FALSE(back.operation);
    const auto implied = message<messages::BulkRollbackRetain>(
        parsed("POST", api + "rky_BulkRollbackRetain", body_with(json::object()))
    );
    CHECK(implied.query.source == messages::RowSource::retained);
}

TEST_CASE("what a run is not asked with is refused", "[odata]") {
    for (const auto& wrong :
         {json{{"FetchXml", nullptr}},
          json{{"FetchXml", 5}},
          json{{"EntityName", "msdyn_octwitterapplication"}},
          json{{"EntityName", "no_table"}},
          json{{"OperationId", "x"}},
          json{{"PageSize", 0}},
          json{{"PageSize", "5"}},
          json{{"Something", 1}}}) {
        CAPTURE(wrong);
        CHECK(refused("POST", api + "BulkRetain", body_with(wrong)) == Errc::bad_payload);
        CHECK(
            refused("POST", api + "rky_BulkRollbackRetain", body_with(wrong)) == Errc::bad_payload
        );
    }
    CHECK(
        refused("POST", api + "BulkRetain", body_with({{"PagingCookie", "x"}})) == Errc::unsupported
    );
    CHECK(refused("GET", api + "BulkRetain") == Errc::method_not_allowed);
    const auto code_of = [](std::string_view action, const std::string& text) {
        return refused("POST", api + std::string(action), json{{"FetchXml", text}}.dump());
    };
    CHECK(code_of("BulkRetain", fetch(" datasource='retained'")) == Errc::malformed);
    CHECK(code_of("BulkRetain", fetch(" datasource='bin'")) == Errc::malformed);
    CHECK(code_of("rky_BulkRollbackRetain", fetch(" datasource='bin'")) == Errc::malformed);
    CHECK(code_of("BulkRetain", fetch(" top='5'")) == Errc::unsupported);
    CHECK(code_of("BulkRetain", "nonsense") == Errc::malformed);
    const auto* link =
        "<link-entity name='msdyn_octwitterapplication' "
        "from='msdyn_octwitterapplicationid' to='msdyn_octwitterapplicationid' "
        "link-type='any'/>";
    CHECK(code_of("rky_BulkRollbackRetain", fetch({}, link)) == Errc::unsupported);
}

TEST_CASE("a run is answered with its operation and its job", "[odata]") {
    messages::StartedRetentionReply reply{id_of(id_text), id_of(other_id_text)};
    const auto parts = parsed("POST", api + "BulkRetain", body_with(json::object()));
    const auto text = body_of(shown(parts.context, std::move(reply)));
    CHECK(
        text.find(R"("OperationId":")" + id_text + R"(","JobId":")" + other_id_text + "\"") !=
        std::string::npos
    );
    CHECK(text.find("BulkRetainResponse") != std::string::npos);
}

TEST_CASE("a policy is validated before it is written, in the words of a write", "[odata]") {
    Scene scene;
    const auto fine = scene.validated({{"FetchXml", fetch()}});
    CHECK(fine.at("IsValidationSuccessful") == true);
    CHECK(fine.at("ErrorMessage") == "");
    for (const auto& wrong :
         {json{{"FetchXml", "nonsense"}},
          json{{"FetchXml", fetch(" datasource='retained'")}},
          json{{"FetchXml", fetch()}, {"EntityName", "msdyn_octwitterapplication"}},
          json{{"FetchXml", "<fetch><entity name='team'/></fetch>"}}}) {
        CAPTURE(wrong);
        const auto out = scene.validated(wrong);
        CHECK(out.at("IsValidationSuccessful") == false);
        CHECK(out.at("ErrorMessage") != "");
    }
    CHECK(scene.ask("POST", "ValidateRetentionConfig", "{}").status == 400);
    CHECK(
        scene
            .ask(
                "POST",
                "ValidateRetentionConfig",
                body_with({{"Target", {{"@odata.id", "teams(" + id_text + ")"}}}})
            )
            .status == 400
    );
    CHECK(
        scene.ask(
                 "POST", "ValidateRetentionConfig", body_with({{"RetentionConfigId", id_text}})
        ).status == 404
    );
}

TEST_CASE("policies are rows, and nobody writes the accounts of runs", "[odata]") {
    Scene scene;
    const auto id = scene.made(
        "retentionconfigs",
        {{"name", "old ones"},
         {"uniquename", "old_ones"},
         {"entitylogicalname", "msdyn_octwitterhandle"},
         {"criteria", fetch()},
         {"recurrence", "MONTHLY"},
         {"starttime", "2030-01-31T01:00:00Z"},
         {"statecode", 0},
         {"statuscode", 10}}
    );
    const auto url = "retentionconfigs(" + id + ")";
    const auto row = scene.row(url);
    CHECK(row.at("nextrun") == "2030-01-31T01:00:00Z");
    CHECK(row.at("_rky_activatedby_value") == to_string(scene.caller.user));
    CHECK(row.find("rky_activatedwith") == row.end());
    const auto target = json{{"@odata.id", url}};
    CHECK(
        scene.validated({{"FetchXml", fetch()}, {"Target", target}}).at("IsValidationSuccessful") ==
        true
    );
    CHECK(
        scene
            .validated(
                {{"FetchXml", "<fetch><entity name='msdyn_octwitterapplication'/></fetch>"},
                 {"RetentionConfigId", id}}
            )
            .at("IsValidationSuccessful") == false
    );
    CHECK(scene.patch(url, {{"recurrence", "sometimes"}}).status == 400);
    CHECK(scene.patch(url, {{"criteria", "<fetch/>"}}).status == 400);
    CHECK(scene.patch(url, {{"statecode", 1}, {"statuscode", 30}}).status == 204);
    CHECK(scene.row(url).at("nextrun").is_null());
    CHECK(scene.ask("POST", "retentionoperations", R"({"name":"mine"})").status == 405);
    CHECK(scene.row("retentionoperations").at("value").empty());
    CHECK(scene.ask("DELETE", url).status == 204);
}

}  // namespace retention_runs_test
