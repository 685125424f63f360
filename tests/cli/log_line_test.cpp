#include "cli/log_line.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace rookery::cli;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

constexpr const char* rita = "00000000-0000-4000-8000-000000000001";
constexpr const char* role = "00000000-0000-4000-8000-000000000002";
constexpr const char* record = "00000000-0000-4000-8000-000000000003";

/// What stands between the user and the columns.
std::string middle(const json& entry) {
    const auto line = log_line(entry);
    const auto from = line.find("(nobody proved)  ") + 17;
    return line.substr(from, line.find("  -  ", from) - from);
}

}  // namespace

TEST_CASE("a log line shows names before ids", "[cli]") {
    auto entry = json{
        {"Time", "2026-02-03T04:05:06Z"},
        {"Index", 17},
        {"ActorName", "Agent Demo"},
        {"ActorId", rita},
        {"Message", "Retrieve"},
        {"RecordName", "@rookery"},
        {"Columns", {"msdyn_useraccesstoken"}},
        {"Outcome", "success"},
        {"Reason", "none"},
        {"Release", "plaintext"},
        {"Rule", std::string{"role:"} + role + "/local"},
        {"Names", {{role, "Reader"}}},
    };
    CHECK(
        log_line(entry) ==
        "2026-02-03T04:05:06Z      17  Agent Demo  Retrieve  @rookery  msdyn_useraccesstoken  "
        "success plaintext  role 'Reader'/local"
    );
    entry.erase("Names");
    CHECK_THAT(log_line(entry), Contains(std::string{"role:"} + role + "/local"));
}

TEST_CASE("a log line says what is particular to its kind", "[cli]") {
    const json names{{rita, "Rita Demo"}, {role, "Reader"}, {record, "@rookery"}};
    auto pair = json{
        {"Message", "Associate"},
        {"Table", "systemuserroles"},
        {"RecordId", record},
        {"Extras", {{"roleid", role}, {"systemuserid", rita}}},
        {"Names", names}};
    CHECK(middle(pair) == "Associate  user 'Rita Demo' role 'Reader'");
    pair["Names"].erase(rita);
    CHECK(middle(pair) == std::string{"Associate  user "} + rita + " role 'Reader'");
    CHECK(
        middle(
            {{"Message", "ReplacePrivilegesRole"},
             {"Table", "roleprivileges"},
             {"RecordId", record},
             {"RowVersions", {1, 0}},
             {"Extras", {{"roleid", role}, {"privilegeid", rita}, {"privilegedepthmask", 4}}},
             {"Names", {{role, "Reader"}, {rita, "prvReadTeam"}}}}
        ) == "ReplacePrivilegesRole  role 'Reader' privilege 'prvReadTeam' depth deep removed"
    );
    CHECK(
        middle(
            {{"Message", "rky_CreateCredential"},
             {"Table", "rky_credential"},
             {"RecordName", "poster"},
             {"RowVersions", {0, 1}},
             {"Extras", {{"rky_expireson", "2026-02-03T04:05:06Z"}, {"systemuserid", rita}}},
             {"Names", names}}
        ) == "rky_CreateCredential  poster  user 'Rita Demo'"
    );
    CHECK(
        middle(
            {{"Message", "rky_CompletePush"},
             {"RecordName", "@rookery"},
             {"Extras", {{"operation", "update"}, {"status", 204}, {"versionnumber", 7}}}}
        ) == "rky_CompletePush  @rookery  update status 204"
    );
    CHECK(
        middle(
            {{"Message", "rky_CompletePush"},
             {"Table", "msdyn_octwitterhandle"},
             {"RecordId", record},
             {"Extras",
              {{"operation", "create"},
               {"status", 0},
               {"code", "network"},
               {"privilege", "prvReadUser"}}}}
        ) == std::string{"rky_CompletePush  msdyn_octwitterhandle "} + record +
                 "  create code network missing prvReadUser"
    );
    CHECK(
        middle(
            {{"Message", "rky_RetrieveAuditEvents"},
             {"Action", "audit-read"},
             {"Count", 2},
             {"Extras", {{"actor", rita}, {"record", record}}},
             {"Names", names}}
        ) == "rky_RetrieveAuditEvents  2 entries of the log  record '@rookery' by 'Rita Demo'"
    );
    CHECK(
        middle({{"Action", "login-failures-aggregated"}, {"Count", 9}}) ==
        "login-failures-aggregated  9 failed sign-ins"
    );
    CHECK(
        middle({{"Message", "RetrieveMultiple"}, {"Table", "team"}, {"Count", 12}}) ==
        "RetrieveMultiple  12 rows of team"
    );
}

TEST_CASE("a record that is gone is named by table and id", "[cli]") {
    const json entry{{"Message", "Delete"}, {"Table", "msdyn_octwitterhandle"}, {"RecordId", record}};
    CHECK(middle(entry) == std::string{"Delete  msdyn_octwitterhandle "} + record);
}

TEST_CASE("what the vault itself does is not done by nobody", "[cli]") {
    CHECK_THAT(
        log_line({{"Action", "unseal-attempt"}, {"ActorType", "system"}}),
        Contains("  SYSTEM  unseal-attempt  ")
    );
    CHECK_THAT(
        log_line({{"Action", "login-failure"}, {"ActorType", "unknown"}}),
        Contains("  (nobody proved)  login-failure  ")
    );
}

TEST_CASE(
    "a log line of a lying server escapes what could deceive and survives what is missing", "[cli]"
) {
    CHECK_FALSE(log_line(json::object()).empty());
    const auto line = log_line(
        {{"ActorName", "evil\n\x1b[2J"},
         {"Index", "seven"},
         {"Columns", 3},
         {"Rule", "role:x"},
         {"RecordName", 9},
         {"Extras", {1}},
         {"Names", "x"},
         {"RowVersions", {{"a", 1}}},
         {"Count", 12},
         {"Table", "team"}}
    );
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK_THAT(line, Contains("12 rows of team"));
}

TEST_CASE("a name cannot pass for another name or for the next field", "[cli]") {
    const auto forged = log_line(
        {{"ActorName", "Eve  Retrieve  @rookery"},
         {"Table", "systemuserroles"},
         {"Extras", {{"systemuserid", rita}, {"roleid", role}}},
         {"Names", {{rita, "x' role 'Administrator"}, {role, "Reader"}}}}
    );
    CHECK_THAT(forged, Contains("Eve \\x20Retrieve \\x20@rookery  -  "));
    CHECK_THAT(forged, Contains("user 'x\\' role \\'Administrator' role 'Reader'"));
}
