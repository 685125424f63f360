// Jobs as the collections of records, and with the columns that Dataverse has of them.
#include "duplicate_scene.hpp"

#include <catch2/catch.hpp>

namespace job_regarding_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;

namespace {

const std::pair<std::string, std::string> records[] = {
    {"msdyn_octwitterhandlesecrets", "msdyn_octwitterhandlesecret"},
    {"msdyn_octwitterhandles", "msdyn_octwitterhandle"},
    {"msdyn_octwitterapplications", "msdyn_octwitterapplication"},
};

}  // namespace

TEST_CASE("the jobs about a record are followed, expanded and filtered by", "[odata]") {
    for (const auto& [set, table] : records) {
        INFO(table);
        AskingScene scene;
        const auto record = set + "(" + scene.made(set, {{"msdyn_name", "record"}}) + ")";
        const auto jobs = table + "_AsyncOperations";
        CHECK(scene.row(record + "/" + jobs).at("value").empty());
        CHECK(scene.row(record + "?$expand=" + jobs + "($select=name)").at(jobs).empty());
        CHECK(scene.row(set + "?$filter=" + jobs + "/any(j:j/statecode eq 3)").at("value").empty());
        CHECK(scene.row(set + "?$filter=not " + jobs + "/any()").at("value").size() == 1);
        const auto nav = "regardingobjectid_" + table;
        CHECK(scene.row("asyncoperations?$filter=" + nav + "/msdyn_name eq 'record'")
                  .at("value")
                  .empty());
        CHECK(scene.ask("DELETE", record).status == 204);
    }
}

TEST_CASE("a job is read with all the columns that Dataverse has of one", "[odata]") {
    DuplicateScene scene;
    scene.published("msdyn_name");
    const auto listed = scene.row("asyncoperations").at("value");
    REQUIRE(listed.size() == 1);
    const auto& job = listed.at(0);
    CHECK(job.at("messagename") == "PublishDuplicateRule");
    CHECK(job.at("executiontimespan") == 0);
    CHECK(job.at("depth") == 1);
    CHECK(job.at("retrycount") == 0);
    CHECK(job.at("retainjobhistory") == false);
    const std::string url =
        "asyncoperations(" + job.at("asyncoperationid").get<std::string>() + ")";
    for (const std::string name :
         {"correlationid",
          "correlationupdatedtime",
          "_regardingobjectid_value",
          "primaryentitytype",
          "requestid",
          "_workflowactivationid_value",
          "_owningextensionid_value",
          "callerorigin",
          "dependencytoken",
          "hostid",
          "workload",
          "breadcrumbid",
          "parentpluginexecutionid",
          "data",
          "recurrencepattern",
          "recurrencestarttime",
          "postponeuntil",
          "rootexecutioncontext",
          "errorcode",
          "message",
          "sequence",
          "subtype",
          "workflowstagename"}) {
        INFO(name);
        CHECK(job.at(name) == nullptr);
        CHECK(scene.row(url + "?$select=" + name).at(name) == nullptr);
        CHECK(scene.row("asyncoperations?$filter=" + name + " eq null").at("value").size() == 1);
    }
    CHECK(
        scene
            .row("asyncoperations?$filter=messagename eq 'PublishDuplicateRule' and depth eq 1 and "
                 "executiontimespan lt 0.5")
            .at("value")
            .size() == 1
    );
    // $expand of several lookups that lead nowhere.
    CHECK(
        scene.row(url + "?$expand=regardingobjectid_msdyn_octwitterhandle")
            .at("regardingobjectid_msdyn_octwitterhandle") == nullptr
    );
}

TEST_CASE("a request sets nothing of that", "[odata]") {
    DuplicateScene scene;
    scene.published("msdyn_name");
    const auto job = scene.row("asyncoperations").at("value").at(0);
    const auto url = "asyncoperations(" + job.at("asyncoperationid").get<std::string>() + ")";
    const auto handle = scene.made("msdyn_octwitterhandles", {{"msdyn_name", "h"}});
    const json bodies[] = {
        {{"messagename", "mine"}},
        {{"data", "mine"}},
        {{"errorcode", 5}},
        {{"executiontimespan", 1.5}},
        {{"retrycount", 1}},
        {{"postponeuntil", "2027-01-01T00:00:00Z"}},
        {{"regardingobjectid_msdyn_octwitterhandle@odata.bind",
          "/msdyn_octwitterhandles(" + handle + ")"}},
        {{"workflowactivationid@odata.bind", "/workflows(" + other_id_text + ")"}},
    };
    for (const auto& body : bodies) {
        INFO(body.dump());
        CHECK(scene.ask("PATCH", url, body.dump(), {{"If-Match", "*"}}).status == 400);
    }
    CHECK(scene.row("asyncoperations?$filter=messagename eq 'mine'").at("value").empty());
}

}  // namespace job_regarding_test
