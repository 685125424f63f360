// SetState, which is an Update of statecode and statuscode, on every table that has them, and what IsValidStateTransition says of
// the same pairs.
#include "access/built_in.hpp"
#include "asking_scene.hpp"
#include "odata/fetchxml/retention_query.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace state_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;

namespace {

/// The tables whose state a request may set, but for jobs, which have rules of their own.
std::vector<const schema::Table*> tables_with_states() {
    std::vector<const schema::Table*> out;
    for (const auto* table : schema::tables()) {
        const auto* state = table->column("statecode");
        const bool open = state != nullptr && table->writable && state->may(schema::can::update);
        if (open && table != &schema::known::asyncoperation) out.push_back(table);
    }
    return out;
}

json body_for(const schema::Table& table) {
    if (&table == &schema::known::retentionconfig) {
        return {
            {"entitylogicalname", "msdyn_octwitterhandle"},
            {"criteria", "<fetch><entity name='msdyn_octwitterhandle'/></fetch>"}};
    }
    if (&table != &schema::known::userquery) return json::object();
    return {
        {"name", "q"},
        {"returnedtypecode", "msdyn_octwitterhandle"},
        {"fetchxml", "<fetch><entity name='msdyn_octwitterhandle'/></fetch>"}};
}

std::string url_of(const schema::Table& table, const std::string& id) {
    return std::string{table.set_name} + "(" + id + ")";
}

struct Scene : AskingScene {
    /// A policy of retention that is to run says what it retains, where that is done at all.
    Scene() {
        vault.read_criteria = fetchxml::read_policy_criteria;
        vault.retain_records();
    }

    std::pair<std::int64_t, std::int64_t> pair_of(const std::string& url) {
        const auto shown = row(url + "?$select=statecode,statuscode");
        return {shown.at("statecode"), shown.at("statuscode")};
    }

    Asked set(const std::string& url, const json& body) {
        return ask("PATCH", url, body.dump(), {{"If-Match", "*"}});
    }

    Asked question(const std::string& url, std::string_view state, std::int64_t status) {
        return ask(
            "GET",
            "IsValidStateTransition(Entity=@p,NewState=@s,NewStatus=@t)?@p={'@odata.id':'" + url +
                "'}&@s='" + std::string{state} + "'&@t=" + std::to_string(status)
        );
    }
};

/// Dataverse's words for a pair that does not fit.
std::string words(
    std::int64_t status, std::string_view state, const schema::Table& table, const std::string& id
) {
    return std::to_string(status) + " is not a valid status code for state code " +
           std::string{table.name} + "State." + std::string{state} + " on " +
           std::string{table.name} + " with Id " + id + ".";
}

}  // namespace

TEST_CASE("there are tables with states", "[odata]") { CHECK(tables_with_states().size() >= 5); }

TEST_CASE("a state alone brings its default status along, on every table", "[odata]") {
    Scene scene;
    for (const auto* table : tables_with_states()) {
        INFO(table->name);
        const auto id = scene.made(std::string{table->set_name}, body_for(*table));
        const auto url = url_of(*table, id);
        const auto states = table->column("statecode")->options;
        for (const auto& state : {states[1], states[0], states[1]}) {
            CHECK(scene.set(url, {{"statecode", state.value}}).status == 204);
            CHECK(
                scene.pair_of(url) ==
                std::pair<std::int64_t, std::int64_t>{state.value, state.default_status}
            );
        }
    }
}

TEST_CASE("every pair is taken or refused as the schema says, on every table", "[odata]") {
    Scene scene;
    for (const auto* table : tables_with_states()) {
        const auto id = scene.made(std::string{table->set_name}, body_for(*table));
        const auto url = url_of(*table, id);
        const auto& statuses = table->column("statuscode")->options;
        for (const auto& state : table->column("statecode")->options) {
            for (const auto& status : statuses) {
                INFO(table->name << " " << state.label << " " << status.label);
                const bool fits = status.state == state.value;
                const auto before = scene.pair_of(url);
                const auto asked = scene.question(url, state.label, status.value);
                CHECK(asked.status == 200);
                CHECK(asked.json().at("IsValid") == fits);
                const auto done =
                    scene.set(url, {{"statecode", state.value}, {"statuscode", status.value}});
                CHECK(done.status == (fits ? 204 : 400));
                if (fits) {
                    CHECK(
                        scene.pair_of(url) ==
                        std::pair<std::int64_t, std::int64_t>{state.value, status.value}
                    );
                    continue;
                }
                CHECK(done.code() == "0x80048408");
                CHECK(done.words() == words(status.value, state.label, *table, id));
                CHECK(scene.pair_of(url) == before);
            }
        }
    }
}

TEST_CASE("a status alone belongs to the state that the row is in", "[odata]") {
    Scene scene;
    for (const auto* table : tables_with_states()) {
        INFO(table->name);
        const auto id = scene.made(std::string{table->set_name}, body_for(*table));
        const auto url = url_of(*table, id);
        const auto& states = table->column("statecode")->options;
        for (const auto& status : table->column("statuscode")->options) {
            INFO(status.label);
            REQUIRE(scene.set(url, {{"statecode", states[0].value}}).status == 204);
            const auto done = scene.set(url, {{"statuscode", status.value}});
            CHECK(done.status == (status.state == states[0].value ? 204 : 400));
            if (done.status == 400)
                CHECK(done.words() == words(status.value, states[0].label, *table, id));
        }
    }
}

TEST_CASE("a status or state that there is not is refused with the code for states", "[odata]") {
    Scene scene;
    for (const auto* table : tables_with_states()) {
        INFO(table->name);
        const auto id = scene.made(std::string{table->set_name}, body_for(*table));
        const auto url = url_of(*table, id);
        const auto& state = table->column("statecode")->options[0];
        const auto status = scene.set(url, {{"statuscode", 99}});
        CHECK(status.status == 400);
        CHECK(status.code() == "0x80048408");
        CHECK(status.words() == words(99, state.label, *table, id));
        const auto no_state = scene.set(url, {{"statecode", 99}});
        CHECK(no_state.status == 400);
        CHECK(no_state.code() == "0x80048408");
        CHECK(scene.set(url, {{"statecode", nullptr}}).status == 400);
        CHECK(scene.set(url, {{"statuscode", nullptr}}).status == 400);
        CHECK(scene.set(url, {{"statecode", "Inactive"}}).status == 400);
        CHECK(scene.question(url, state.label, 99).json().at("IsValid") == false);
        CHECK(scene.question(url, "Nothing", 1).status == 400);
        const auto made = scene.ask("POST", std::string{table->set_name}, [&] {
            auto body = body_for(*table);
            body["statuscode"] = 99;
            return body.dump();
        }());
        CHECK(made.status == 400);
        CHECK(made.code() == "0x80048408");
    }
}

TEST_CASE("an inactive token can be changed, deleted and activated again", "[odata]") {
    Scene scene;
    const std::string set = "msdyn_octwitterhandlesecrets";
    const auto url = set + "(" + scene.made(set, {{"msdyn_name", "r"}}) + ")";
    REQUIRE(scene.set(url, {{"statecode", 1}}).status == 204);
    CHECK(scene.set(url, {{"msdyn_name", "renamed"}}).status == 204);
    CHECK(scene.row(url).at("msdyn_name") == "renamed");
    CHECK(scene.set(url, {{"statecode", 0}}).status == 204);
    CHECK(scene.set(url, {{"statecode", 1}}).status == 204);
    CHECK(scene.ask("DELETE", url).status == 204);
}

TEST_CASE("a question about a state is on the log as a reading of the row", "[odata]") {
    Scene scene;
    const std::string set = "msdyn_octwitterhandlesecrets";
    const auto id = scene.made(set, {{"msdyn_name", "r"}});
    CHECK(scene.question(set + "(" + id + ")", "Inactive", 2).json().at("IsValid") == true);
    const auto log =
        scene.vault.run_as_system<messages::LogReply>(messages::RetrieveAuditEvents{}).entries;
    const auto& event = log.front().event;
    CHECK(event.action == audit::Action::retrieve);
    CHECK(event.message == "IsValidStateTransition");
    CHECK(event.record == *Uuid::parse(id));
    CHECK(event.columns.empty());
}

TEST_CASE("who may not read a row is told nothing of its state", "[odata]") {
    Scene scene;
    const std::string set = "msdyn_octwitterhandlesecrets";
    const auto url = set + "(" + scene.made(set, {{"msdyn_name", "r"}}) + ")";
    const auto stranger = scene.vault.user("stranger");
    const auto reader = scene.vault.user("reader");
    scene.vault.associate(
        "systemuserroles_association",
        reader,
        scene.vault.role("r", {"prvReadmsdyn_octwitterhandlesecret"}, schema::Depth::basic)
    );
    const auto missing = set + "(" + other_id_text + ")";
    CHECK(scene.question(missing, "Active", 1).status == 404);
    scene.caller = test::TestVault::caller(stranger);
    CHECK(scene.question(url, "Active", 1).code() == scene.ask("GET", url).code());
    CHECK(scene.question(url, "Active", 1).status == 403);
    CHECK(scene.question(missing, "Active", 1).status == 403);
    scene.caller = test::TestVault::caller(reader);
    CHECK(scene.question(url, "Active", 1).status == 403);
    CHECK(scene.question(url, "Active", 1).code() == scene.ask("GET", url).code());
}

TEST_CASE("a job's state is valid where a request may set it", "[odata]") {
    Scene scene;
    scene.vault.create(
        "systemuser",
        std::pair{"systemuserid", access::jobs_user},
        std::pair{"domainname", std::string("jobs")},
        std::pair{
            "businessunitid",
            test::TestVault::target("businessunit", scene.vault.vault().root_business_unit())}
    );
    scene.vault.jobs()->offer({"scrub"});
    messages::StartJob start;
    start.name = "scrub";
    const auto job = to_string(scene.vault.run_as_system<messages::StartedJobReply>(start).job);
    const auto url = "asyncoperations(" + job + ")";
    CHECK(scene.question(url, "Suspended", 10).json().at("IsValid") == true);
    CHECK(scene.question(url, "Completed", 32).json().at("IsValid") == true);
    CHECK(scene.question(url, "Completed", 30).json().at("IsValid") == false);
    CHECK(scene.question(url, "Locked", 20).json().at("IsValid") == false);
    CHECK(scene.question(url, "Ready", 10).json().at("IsValid") == false);
}

}  // namespace state_test
