#include "cli/client/log_line.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace log_line_test {

using namespace rookery::cli;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using nlohmann::json;

namespace {

constexpr const char* rita = "00000000-0000-4000-8000-000000000001";
constexpr const char* role = "00000000-0000-4000-8000-000000000002";
constexpr const char* record = "00000000-0000-4000-8000-000000000003";

/// What stands between the user and the columns.
std::string middle(const json& entry) {
    const auto line = log_line(entry);
    const auto from = line.find("(unauthenticated)  ") + 19;
    return line.substr(from, line.find("  -  ", from) - from);
}

}  // namespace

TEST_CASE("a log line has an id beside every name, and quotes around it", "[cli]") {
    auto entry = json{
        {"Time", "2026-02-03T04:05:06Z"},
        {"Index", 17},
        {"ActorType", "agent"},
        {"ActorName", "Agent Demo"},
        {"ActorId", rita},
        {"ActorRenamed", false},
        {"CredentialFingerprint", "c0c1c2c3c4c5c6c7"},
        {"Message", "Retrieve"},
        {"Table", "msdyn_octwitterhandlesecret"},
        {"RecordId", record},
        {"RecordName", "@rookery"},
        {"RecordRenamed", false},
        {"Columns", {"msdyn_useraccesstoken"}},
        {"Outcome", "success"},
        {"Reason", "none"},
        {"Release", "plaintext"},
        {"Rule", std::string{"role:"} + role + "/local"},
        {"Names", {{role, "Reader"}}},
        {"NamesUnsure", json::array()},
    };
    const auto line = fmt::format(
        "2026-02-03T04:05:06Z      17  'Agent Demo' {} credential c0c1c2c3c4c5c6c7  Retrieve  "
        "msdyn_octwitterhandlesecret '@rookery' {}  msdyn_useraccesstoken  success plaintext  role "
        "'Reader' {}/local",
        rita,
        record,
        role
    );
    CHECK(log_line(entry) == line);
    entry.erase("Names");
    CHECK_THAT(log_line(entry), EndsWith(fmt::format("  role:{}/local", role)));
    entry.erase("ActorName");
    entry.erase("RecordName");
    CHECK_THAT(log_line(entry), Contains(fmt::format("  {} credential ", rita)));
    CHECK_THAT(
        log_line(entry), Contains(fmt::format("  msdyn_octwitterhandlesecret {}  ", record))
    );
}

TEST_CASE("a log line marks a name that is another one than then, or may be", "[cli]") {
    json entry{
        {"ActorName", "Rita Demo"},
        {"ActorId", rita},
        {"ActorRenamed", true},
        {"Table", "team"},
        {"RecordId", record},
        {"RecordName", "Social"},
        {"RecordRenamed", nullptr},
        {"Rule", std::string{"role:"} + role + "/local"},
        {"Names", {{role, "Reader"}}},
        {"NamesUnsure", {role}},
    };
    CHECK_THAT(
        log_line(entry), Contains(fmt::format("  'Rita Demo' (then another name) {}  ", rita))
    );
    CHECK_THAT(log_line(entry), Contains(fmt::format("  team 'Social' (now) {}  ", record)));
    CHECK_THAT(log_line(entry), EndsWith(fmt::format("  role 'Reader' (now) {}/local", role)));
    entry["ActorRenamed"] = false;
    CHECK_THAT(log_line(entry), Contains(fmt::format("  'Rita Demo' {}  ", rita)));
    entry.erase("ActorRenamed");
    CHECK_THAT(log_line(entry), Contains(fmt::format("  'Rita Demo' (now) {}  ", rita)));
}

TEST_CASE("a log line says what is particular to its kind", "[cli]") {
    const json names{{rita, "Rita Demo"}, {role, "Reader"}, {record, "@rookery"}};
    const auto user = fmt::format("user 'Rita Demo' {}", rita);
    auto pair = json{
        {"Message", "Associate"},
        {"Table", "systemuserroles"},
        {"RecordId", record},
        {"Extras", {{"roleid", role}, {"systemuserid", rita}}},
        {"Names", names}};
    CHECK(middle(pair) == fmt::format("Associate  {} role 'Reader' {}", user, role));
    pair["Names"].erase(rita);
    CHECK(middle(pair) == fmt::format("Associate  user {} role 'Reader' {}", rita, role));
    CHECK(
        middle(
            {{"Message", "ReplacePrivilegesRole"},
             {"Table", "roleprivileges"},
             {"RecordId", record},
             {"RowVersions", {1, 0}},
             {"Extras",
              {{"roleid.before", role},
               {"privilegeid.before", rita},
               {"privilegedepthmask.before", 4}}},
             {"Names", {{role, "Reader"}, {rita, "prvReadTeam"}}}}
        ) ==
        fmt::format(
            "ReplacePrivilegesRole  role 'Reader' {} privilege 'prvReadTeam' {} depth deep removed",
            role,
            rita
        )
    );
    CHECK(
        middle(
            {{"Message", "rky_CreateCredential"},
             {"Table", "rky_credential"},
             {"RecordId", record},
             {"RecordName", "poster"},
             {"RecordRenamed", false},
             {"RowVersions", {0, 1}},
             {"Extras", {{"rky_expireson", "2026-02-03T04:05:06Z"}, {"systemuserid", rita}}},
             {"Names", names}}
        ) == fmt::format("rky_CreateCredential  rky_credential 'poster' {}  {}", record, user)
    );
    CHECK(
        middle(
            {{"Message", "rky_CompletePush"},
             {"Table", "msdyn_octwitterhandle"},
             {"RecordId", record},
             {"Extras", {{"operation", "update"}, {"status", 204}, {"versionnumber", 7}}}}
        ) == fmt::format("rky_CompletePush  msdyn_octwitterhandle {}  update status 204", record)
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
            {{"Message", "rky_RecordJob"},
             {"Table", "asyncoperation"},
             {"RecordId", record},
             {"RowVersions", {1, 2}},
             {"Extras", {{"statuscode", 20}, {"statuscode.before", 0}}}}
        ) == std::string{"rky_RecordJob  asyncoperation "} + record +
                 "  in progress (was waiting for resources)"
    );
    CHECK(
        middle(
            {{"Message", "rky_RecordJob"},
             {"Action", "finding"},
             {"Table", "team"},
             {"RecordId", role},
             {"Extras",
              {{"finding", "damaged"}, {"place", "a place"}, {"what", "a text"}, {"job", record}}}}
        ) ==
        fmt::format(
            "rky_RecordJob  team {}  finding damaged at a place a text job {}", role, record
        )
    );
    CHECK(
        middle(
            {{"Message", "rky_RetrieveAuditEvents"},
             {"Action", "audit-read"},
             {"Count", 2},
             {"Extras", {{"actor", rita}, {"record", record}, {"credential", "c0c1c2c3c4c5c6c7"}}},
             {"Names", names}}
        ) ==
        fmt::format(
            "rky_RetrieveAuditEvents  2 entries of the log  record '@rookery' {} by 'Rita Demo' {} "
            "credential c0c1c2c3c4c5c6c7",
            record,
            rita
        )
    );
    CHECK(
        middle({{"Action", "login-failures-aggregated"}, {"Count", 9}}) ==
        "login-failures-aggregated  9 failed sign-ins"
    );
    CHECK(
        middle({{"Action", "refusals-aggregated"}, {"Count", 9}}) ==
        "refusals-aggregated  9 refusals"
    );
    CHECK(
        middle({{"Message", "RetrieveMultiple"}, {"Table", "team"}, {"Count", 12}}) ==
        "RetrieveMultiple  12 rows of team"
    );
}

TEST_CASE("a log line says whose a record is when it is news, and whether it is active", "[cli]") {
    json entry{
        {"Message", "Assign"},
        {"Table", "team"},
        {"RecordId", record},
        {"RowVersions", {3, 4}},
        {"Extras", {{"ownerid", role}, {"ownerid.before", rita}, {"statecode", 0}}},
        {"Names", {{rita, "Rita Demo"}}}};
    CHECK(
        middle(entry) ==
        fmt::format("Assign  team {}  owner {} (was 'Rita Demo' {})", record, role, rita)
    );
    entry["Extras"] = {{"ownerid", role}, {"statecode", 1}, {"statecode.before", 0}};
    CHECK(middle(entry) == fmt::format("Assign  team {}  state inactive (was active)", record));
    entry["Extras"] = {{"ownerid", rita}, {"statecode", 0}};
    CHECK(middle(entry) == fmt::format("Assign  team {}", record));
    entry["RowVersions"] = {0, 1};
    const auto both =
        fmt::format("Assign  team {}  owner 'Rita Demo' {} state active", record, rita);
    CHECK(middle(entry) == both);
    entry["RowVersions"] = {4, 5};
    entry["Extras"] = {{"ownerid.before", rita}, {"statecode.before", 0}};
    CHECK(middle(entry) == both);
}

TEST_CASE("a log line says which access facts got another value", "[cli]") {
    const json entry{
        {"Message", "Update"},
        {"Table", "systemuser"},
        {"RecordId", record},
        {"RowVersions", {3, 4}},
        {"Extras",
         {{"isdisabled", 1},
          {"isdisabled.before", 0},
          {"accessmode", 0},
          {"applicationid", role},
          {"applicationid.before", ""},
          {"fullname", "long"},
          {"fullname.sha256", "00"},
          {"fullname.before", "x' owner 'y"}}}};
    CHECK(
        middle(entry) == fmt::format(
                             "Update  systemuser {}  applicationid {} (was null) fullname 'long'… "
                             "(was 'x\\' owner \\'y') isdisabled 1 (was 0)",
                             record,
                             role
                         )
    );
}

TEST_CASE(
    "an entry that the server cannot read has its index and the reason, and nothing else", "[cli]"
) {
    json entry{
        {"Index", 42},
        {"Time", "2026-02-03T04:05:06Z"},
        {"Unreadable", "the details do not open"},
        {"Action", nullptr},
        {"WrittenWhileSealed", nullptr},
        {"Columns", nullptr},
    };
    CHECK(is_unreadable(entry));
    CHECK(log_line(entry) == "2026-02-03T04:05:06Z  entry 42: unreadable: the details do not open");
    entry["Time"] = nullptr;
    CHECK(log_line(entry) == "-  entry 42: unreadable: the details do not open");
    entry["Unreadable"] = "\x1b[2J  success";
    CHECK(log_line(entry).find('\x1b') == std::string::npos);
    CHECK_THAT(log_line(entry), EndsWith(" \\x20success"));
    for (const auto& none : {json(nullptr), json(7), json("")}) {
        entry["Unreadable"] = none;
        CHECK_FALSE(is_unreadable(entry));
        CHECK(log_line(entry).find("unreadable") == std::string::npos);
    }
    CHECK_FALSE(is_unreadable(json::object()));
    CHECK_THAT(
        log_line({{"Message", "entry 7: unreadable: x"}}), !EndsWith("  entry 7: unreadable: x")
    );
}

TEST_CASE("a log line marks an entry that was written while the vault was sealed", "[cli]") {
    json entry{{"Index", 42}, {"Action", "unseal-attempt"}, {"WrittenWhileSealed", true}};
    CHECK_THAT(log_line(entry), EndsWith("  -  written while sealed"));
    for (const auto& none : {json(false), json(nullptr), json("true"), json(1)}) {
        entry["WrittenWhileSealed"] = none;
        CHECK_THAT(log_line(entry), EndsWith("  -"));
    }
}

TEST_CASE("a record that is gone is named by table and id", "[cli]") {
    const json entry{
        {"Message", "Delete"}, {"Table", "msdyn_octwitterhandle"}, {"RecordId", record}};
    CHECK(middle(entry) == std::string{"Delete  msdyn_octwitterhandle "} + record);
}

TEST_CASE("what the vault itself does is not done by nobody, nor by a user of its name", "[cli]") {
    CHECK_THAT(
        log_line({{"Action", "unseal-attempt"}, {"ActorType", "system"}}),
        Contains("  SYSTEM  unseal-attempt  ")
    );
    CHECK_THAT(
        log_line({{"Action", "login-failure"}, {"ActorType", "unknown"}}),
        Contains("  (unauthenticated)  login-failure  ")
    );
    const auto of = [](const char* type, const char* name) {
        return log_line(
            {{"Action", "x"},
             {"ActorType", type},
             {"ActorName", name},
             {"ActorId", rita},
             {"ActorRenamed", false}}
        );
    };
    CHECK_THAT(of("system", "SYSTEM"), Contains("  SYSTEM  x  "));
    CHECK_THAT(of("human", "SYSTEM"), Contains(fmt::format("  'SYSTEM' {}  x  ", rita)));
    CHECK_THAT(of("agent", "service 'Rookery Sync'"), Contains("  'service \\'Rookery Sync\\'' "));
    CHECK_THAT(
        of("service", "Rookery Sync"),
        Contains(fmt::format("  service 'Rookery Sync' {}  x  ", rita))
    );
    CHECK_THAT(of("human", "(unauthenticated)"), Contains("  '(unauthenticated)' "));
}

TEST_CASE(
    "a log line of a lying server escapes what could deceive and survives what is missing", "[cli]"
) {
    CHECK_FALSE(log_line(json::object()).empty());
    const auto line = log_line(
        {{"ActorName", "evil\n\x1b[2J"},
         {"ActorId", rita},
         {"Index", "seven"},
         {"Columns", 3},
         {"Rule", "role:x"},
         {"RecordName", 9},
         {"RecordRenamed", "no"},
         {"CredentialFingerprint", 7},
         {"Extras", {1}},
         {"Names", "x"},
         {"NamesUnsure", 1},
         {"RowVersions", {{"a", 1}}},
         {"Count", 12},
         {"Table", "team"}}
    );
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK_THAT(line, Contains("12 rows of team"));
    CHECK_FALSE(log_line({{"Extras", {{"x", json::array()}, {"x.before", {{"y", 1}}}}}}).empty());
}

TEST_CASE("a name cannot pass for another name or for the next field", "[cli]") {
    const auto forged = log_line(
        {{"ActorName", "Eve  Retrieve  @rookery"},
         {"ActorId", rita},
         {"Table", "systemuserroles"},
         {"Extras", {{"systemuserid", rita}, {"roleid", role}}},
         {"Names", {{rita, "x' role 'Administrator"}, {role, "Reader"}}}}
    );
    CHECK_THAT(forged, Contains("'Eve \\x20Retrieve \\x20@rookery' "));
    CHECK_THAT(forged, Contains("user 'x\\' role \\'Administrator' "));

    // A quote that only looks like one, and blanks that only look like none.
    const json blanks{
        {"ActorName", "Rita’ 4f9c\u00a0\u00a0Retrieve\u2003\u2003\u3164@me\u2800\u00ad"},
        {"ActorId", rita}};
    CHECK_THAT(
        log_line(blanks),
        Contains(
            "'Rita\\u{2019} 4f9c\\xa0\\xa0Retrieve\\u{2003}\\u{2003}\\u{3164}@me\\u{2800}\\xad' "
        )
    );
    const auto named_like_a_record = log_line(
        {{"Table", "team"},
         {"RecordId", record},
         {"RecordName", std::string{"msdyn_octwitterhandlesecret "} + rita}}
    );
    CHECK_THAT(
        named_like_a_record,
        Contains(fmt::format("  team 'msdyn_octwitterhandlesecret {}' (now) {}  ", rita, record))
    );
}

TEST_CASE("a log line of a batch of keys says what was counted", "[cli]") {
    json entry{
        {"Message", "rky_RewrapKeys"},
        {"Action", "rewrap-progress"},
        {"Count", 128},
        {"Extras", {{"kek", 3}}},
        {"Outcome", "success"}};
    CHECK(middle(entry) == "rky_RewrapKeys  128 data keys  KEK 3");
    entry["Action"] = "rekey-progress";
    entry["Extras"] = {{"kind", "data"}, {"key", 4}, {"under", 3}, {"rows", "00ff"}};
    CHECK(middle(entry) == "rky_RewrapKeys  128 rows  data version 4 that was under KEK 3");
}

}  // namespace log_line_test
