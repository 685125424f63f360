// $batch over real TLS: the answers of the parts, what ends a batch, change sets, and that a request is answered,
// decided and recorded inside a batch as it is outside.
#include "http/serving.hpp"
#include "messages/publish_duplicate_rule.hpp"
#include "vault/genesis.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace batch_test {

namespace {

using namespace rookery;
using namespace std::chrono_literals;
using test::Answer;
using test::applications;
using test::get;
using test::reader;
using test::Serving;
using test::TlsClient;
using test::who_am_i;

constexpr std::string_view api = "/api/data/v9.2/";

/// One request, as it is sent alone and as a part.
struct Asked {
    std::string method;
    std::string path;
    std::string headers = {};
    std::string body = {};
};

std::string alone(const Asked& asked, const std::string& token) {
    auto out = asked.method + " " + asked.path + " HTTP/1.1\r\nHost: h\r\n" + token + asked.headers;
    if (!asked.body.empty()) {
        out += "Content-Type: application/json\r\nContent-Length: " +
               std::to_string(asked.body.size()) + "\r\n";
    }
    return out + "\r\n" + asked.body;
}

std::string part(
    const Asked& asked, std::string_view around = {}, std::string_view boundary = "b"
) {
    return "--" + std::string{boundary} +
           "\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n" +
           std::string{around} + "\r\n" + asked.method + " " + asked.path + " HTTP/1.1\r\n" +
           asked.headers + "\r\n" + asked.body + "\r\n";
}

std::string change_set(const std::vector<Asked>& parts) {
    std::string out = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n";
    for (std::size_t i = 0; i < parts.size(); ++i) {
        out += part(parts[i], "Content-ID: " + std::to_string(i + 1) + "\r\n", "c");
    }
    return out + "--c--\r\n";
}

std::string post(const std::string& body, const std::string& token, std::string_view headers = {}) {
    return "POST /api/data/v9.2/$batch HTTP/1.1\r\nHost: h\r\n" + token + std::string{headers} +
           "Content-Type: multipart/mixed; boundary=b\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

constexpr std::string_view go_on = "Prefer: odata.continue-on-error\r\n";

/// What is in one part of an answer.
struct Inner {
    std::string around;
    int status = 0;
    std::string head;
    std::string body;

    [[nodiscard]] bool has(std::string_view text) const {
        return head.find(text) != std::string::npos;
    }
};

/// As clients read it: the first line is the delimiter.
std::vector<std::string> sections(const std::string& body) {
    const auto delimiter = body.substr(0, body.find("\r\n"));
    std::vector<std::string> out;
    auto at = delimiter.size() + 2;
    for (;;) {
        const auto next = body.find("\r\n" + delimiter, at - 2);
        REQUIRE(next != std::string::npos);
        out.push_back(next < at ? std::string{} : body.substr(at, next - at));
        at = next + 2 + delimiter.size();
        if (body.compare(at, 2, "--") == 0) return out;
        at += 2;
    }
}

Inner inner_of(const std::string& section) {
    Inner out;
    const auto first = section.find("\r\n\r\n");
    const auto second = section.find("\r\n\r\n", first + 4);
    REQUIRE(second != std::string::npos);
    out.around = section.substr(0, first + 2);
    out.head = section.substr(first + 4, second - first - 2);
    out.status = std::stoi(out.head.substr(9, 3));
    out.body = section.substr(second + 4);
    return out;
}

/// The answers of a batch, those of a change set in it one after the other.
std::vector<Inner> inners(const Answer& answer) {
    REQUIRE(answer.has("Content-Type: multipart/mixed; boundary=batchresponse_"));
    REQUIRE(answer.body.starts_with("--batchresponse_"));
    std::vector<Inner> out;
    for (const auto& section : sections(answer.body)) {
        const auto start = section.find("--changesetresponse_");
        if (section.find("boundary=changesetresponse_") == std::string::npos) {
            out.push_back(inner_of(section));
            continue;
        }
        REQUIRE(start != std::string::npos);
        for (const auto& one : sections(section.substr(start) + "\r\n"))
            out.push_back(inner_of(one));
    }
    return out;
}

struct Fixture {
    Serving f;
    std::string token;
    TlsClient client;

    explicit Fixture(http::Limits limits = {})
        : f(limits), token(administrator()), client(f.connect()) {}

    std::string administrator() {
        const auto user = f.vault.user("administrator");
        f.vault.associate("systemuserroles_association", user, messages::system_administrator_role);
        return f.credential(user);
    }

    Answer send(const std::string& parts, std::string_view headers = {}) {
        auto answer = client.ask(post(parts + "--b--\r\n", token, headers));
        REQUIRE(answer);
        return *answer;
    }

    std::uint64_t rows() {
        messages::RetrieveMultiple message;
        message.table = schema::table("msdyn_octwitterapplication");
        message.count_only = true;
        return f.vault.run_as_system<messages::CountReply>(std::move(message)).count;
    }
};

Asked create(std::string_view name) {
    return {
        "POST", std::string{applications}, {}, "{\"msdyn_name\":\"" + std::string{name} + "\"}"};
}

const Asked bad_create{"POST", std::string{applications}, {}, "{\"nosuch\":1}"};
const Asked who{"GET", std::string{who_am_i}};

/// What is the same of two answers to one request: all but ids, times and versions.
std::string without_changing(std::string text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool hex = std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
        if (!hex) {
            out += text[i];
            continue;
        }
        std::size_t end = i;
        bool digits = false;
        while (end < text.size() && (std::isxdigit(static_cast<unsigned char>(text[end])) != 0 ||
                                     (end - i > 6 && text[end] == '-'))) {
            digits = digits || std::isdigit(static_cast<unsigned char>(text[end])) != 0;
            ++end;
        }
        out += digits ? "#" : text.substr(i, end - i);
        i = end - 1;
    }
    return out;
}

/// Of a head: what its request decided, without what belongs to the connection.
std::vector<std::string> api_headers(const std::string& head) {
    std::vector<std::string> out;
    std::size_t at = head.find("\r\n") + 2;
    while (at < head.size()) {
        const auto end = head.find("\r\n", at);
        auto line = head.substr(at, end - at);
        at = end == std::string::npos ? head.size() : end + 2;
        const bool connection = line.starts_with("Date: ") ||
                                line.starts_with("Content-Length: ") ||
                                line.starts_with("Connection: ");
        if (!connection && !line.empty()) out.push_back(without_changing(std::move(line)));
    }
    std::ranges::sort(out);
    return out;
}

std::string entry_text(const messages::LogEntry& entry) {
    const auto& event = entry.event;
    std::string out{event.message};
    out += " " + std::to_string(static_cast<int>(event.action)) + " " +
           std::to_string(static_cast<int>(event.outcome)) + " " +
           std::to_string(static_cast<int>(event.reason)) + " " + std::string{event.table} + " " +
           event.actor.id + " " + event.client_request_id + " " + event.priv.user_agent;
    if (event.rule) out += " " + without_changing(event.rule->path);
    for (const auto column : event.columns) out += " " + std::to_string(column);
    for (const auto& extra : event.extras) out += " " + extra.first;
    return out;
}

}  // namespace

TEST_CASE(
    "the parts of a batch are answered in their order, each like a request of its own",
    "[http][batch]"
) {
    Fixture f;
    const auto answer = f.send(
        part(who) + part(create("a"), "Content-ID: 7\r\n") +
        part({"GET", "msdyn_octwitterapplications?$select=msdyn_name"})
    );
    CHECK(answer.status == 200);
    CHECK(answer.has("OData-Version: 4.0"));
    const auto parts = inners(answer);
    REQUIRE(parts.size() == 3);
    CHECK(parts[0].status == 200);
    CHECK(parts[0].has("x-ms-dop-hint: "));
    CHECK(parts[0].body.find("UserId") != std::string::npos);
    CHECK(parts[1].status == 204);
    CHECK(parts[1].has("OData-EntityId: https://"));
    CHECK(parts[1].has("Location: https://"));
    CHECK(parts[1].has("Audit-Log: "));
    CHECK(parts[1].around.find("Content-ID: 7\r\n") != std::string::npos);
    CHECK(parts[2].body.find("\"msdyn_name\":\"a\"") != std::string::npos);
    CHECK(parts[2].has("OData-Version: 4.0"));
}

TEST_CASE("the first part that fails ends a batch, which has its status", "[http][batch]") {
    Fixture f;
    const auto body = part(create("a")) + part(bad_create) + part(create("b"));
    const auto answer = f.send(body);
    CHECK(answer.status == 400);
    const auto parts = inners(answer);
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].status == 204);
    CHECK(parts[1].status == 400);
    CHECK(parts[1].around.find("REQ_ID: ") != std::string::npos);
    CHECK(parts[1].body.find("\"code\":\"0x80048d19\"") != std::string::npos);
    CHECK(f.rows() == 1);
}

TEST_CASE("a batch that goes on has an answer to every part", "[http][batch]") {
    Fixture f;
    const auto answer = f.send(
        part(create("a")) + part(bad_create) + change_set({create("x"), bad_create}) +
            part(create("b")),
        go_on
    );
    CHECK(answer.status == 200);
    const auto parts = inners(answer);
    REQUIRE(parts.size() == 4);
    CHECK(parts[0].status == 204);
    CHECK(parts[1].status == 400);
    CHECK(parts[2].status == 400);
    CHECK(parts[3].status == 204);
    CHECK(f.rows() == 2);
}

TEST_CASE("what is no batch is one plain error, and nothing of it is done", "[http][batch]") {
    Fixture f;
    const auto before = f.f.log().size();
    for (const auto& body :
         {part(create("a")),
          part(create("a")) + "--b\r\n\r\n\r\n--b--",
          part(create("a")) + change_set({who}) + "--b--",
          part(create("a")) + part(create("b"), "Content-Transfer-Encoding: base64\r\n") +
              "--b--"}) {
        const auto answer = f.client.ask(post(body, f.token));
        REQUIRE(answer);
        CHECK(answer->status == 400);
        CHECK(answer->has("Content-Type: application/json"));
        CHECK(answer->body.starts_with("{\"error\":"));
    }
    CHECK(f.f.log().size() == before + 4);
    CHECK(f.rows() == 0);
    CHECK(
        f.send(part({"POST", "$batch", "Content-Type: multipart/mixed; boundary=x\r\n", "--x--"}))
            .status == 400
    );
    CHECK(f.client.ask(get("/api/data/v9.2/$batch", f.token))->status == 405);
}

TEST_CASE("a change set is done as a whole, and its parts refer to each other", "[http][batch]") {
    Fixture f;
    const auto answer = f.send(change_set({
        {"POST",
         "msdyn_octwitterhandles",
         {},
         R"({"msdyn_name":"@h","msdyn_octwitteruniquehandleid":"42"})"},
        {"POST",
         std::string{api} + "msdyn_octwitterhandlesecrets",
         {},
         R"({"msdyn_name":"s","msdyn_octwitterhandleid@odata.bind":"$1"})"},
        {"PATCH", "$2", {}, R"({"msdyn_name":"t"})"},
        {"PUT", "$1/msdyn_name", {}, R"({"value":"@i"})"},
        {"POST",
         std::string{applications},
         "Prefer: return=representation\r\n",
         R"({"msdyn_name":"app"})"},
        {"PUT", "$1/msdyn_octwitterapplicationid/$ref", {}, R"({"@odata.id":"$5"})"},
    }));
    CHECK(answer.status == 200);
    const auto parts = inners(answer);
    REQUIRE(parts.size() == 6);
    for (const auto& one : parts) {
        CAPTURE(one.body);
        CHECK((one.status == 204 || one.status == 201));
    }
    CHECK(parts[1].around.find("Content-ID: 2\r\n") != std::string::npos);
    CHECK(parts[4].body.find("\"msdyn_name\":\"app\"") != std::string::npos);
    const auto shown = f.client.ask(
        get(std::string{api} +
                "msdyn_octwitterhandlesecrets?$select=msdyn_name,_msdyn_octwitterhandleid_value",
            f.token)
    );
    REQUIRE(shown);
    CHECK(shown->body.find("\"msdyn_name\":\"t\"") != std::string::npos);
    CHECK(shown->body.find("\"_msdyn_octwitterhandleid_value\":null") == std::string::npos);
    const auto row = f.client.ask(get(
        std::string{api} + "msdyn_octwitterhandles(msdyn_octwitteruniquehandleid='42')", f.token
    ));
    REQUIRE(row);
    CHECK(row->body.find("\"msdyn_name\":\"@i\"") != std::string::npos);
    CHECK(row->body.find("\"_msdyn_octwitterapplicationid_value\":null") == std::string::npos);
}

TEST_CASE(
    "one part that fails leaves nothing of a change set, and is its one answer", "[http][batch]"
) {
    Fixture f;
    const auto answer = f.send(
        part(create("kept")) + change_set({create("a"), create("b"), bad_create, create("c")}) +
        part(who)
    );
    CHECK(answer.status == 400);
    const auto parts = inners(answer);
    REQUIRE(parts.size() == 2);
    CHECK(parts[1].status == 400);
    CHECK(parts[1].around.find("Content-ID: 3\r\n") != std::string::npos);
    const auto log = f.f.log();
    CHECK(log[0].event.message == "Rejected");
    CHECK(log[1].event.message == "Create");
    CHECK(log[1].event.outcome == audit::Outcome::success);
    CHECK(log[2].event.message != "Create");
    CHECK(f.rows() == 1);
}

TEST_CASE(
    "a reference to a part that is not there is refused in Dataverse's words", "[http][batch]"
) {
    Fixture f;
    const auto says = [&](const std::string& body, std::string_view id) {
        const auto answer = f.send(body);
        CHECK(answer.status == 400);
        return inners(answer).back().body.find(
                   "Content-ID Reference: '$" + std::string{id} +
                   "' does not exist in the batch context."
               ) != std::string::npos;
    };
    const Asked change{"PATCH", "$2", {}, R"({"msdyn_name":"t"})"};
    const Asked bind{
        "POST",
        "msdyn_octwitterhandlesecrets",
        {},
        R"({"msdyn_octwitterhandleid@odata.bind":"$2"})"};
    CHECK(says(change_set({change, create("a")}), "2"));
    CHECK(says(change_set({bind, create("a")}), "2"));
    CHECK(says(part(create("a"), "Content-ID: 2\r\n") + part(change), "2"));
    // Each change set has references of its own.
    CHECK(says(change_set({create("a"), create("b")}) + change_set({change}), "2"));
    CHECK(f.rows() == 3);
}

TEST_CASE("functions and what acts beyond rows cannot stand in a change set", "[http][batch]") {
    Fixture f;
    const auto answer = f.send(change_set({create("a"), {"POST", "rky_SyncNow", {}, "{}"}}));
    CHECK(answer.status == 501);
    CHECK(inners(answer).front().body.find("cannot stand in a change set") != std::string::npos);
    CHECK(f.rows() == 0);
}

TEST_CASE("members of a team stand in a change set, with a team that it makes", "[http][batch]") {
    Fixture f;
    const auto user = to_string(f.f.vault.user("member"));
    const std::string members = R"({"Members":[{"systemuserid":")" + user + R"("}]})";
    const Asked team{"POST", "teams", {}, R"({"name":"t"})"};
    const Asked add{"POST", "$1/Microsoft.Dynamics.CRM.AddMembersTeam", {}, members};
    const Asked remove{"POST", "$1/Microsoft.Dynamics.CRM.RemoveMembersTeam", {}, members};
    for (const auto& one : inners(f.send(change_set({team, add, remove})))) {
        CAPTURE(one.body);
        CHECK(one.status == 204);
    }
    // Twice: nothing of it is done, not even the team.
    const auto failed = inners(f.send(change_set({team, add, add})));
    REQUIRE(failed.size() == 1);
    CHECK(failed.front().status == 412);
    const auto teams =
        f.client.ask(get(std::string{api} + "teams?$filter=name%20eq%20't'", f.token));
    REQUIRE(teams);
    CHECK(teams->body.find("\"name\":\"t\"") == teams->body.rfind("\"name\":\"t\""));
}

TEST_CASE(
    "a request inside a batch is answered, decided and recorded as outside", "[http][batch]"
) {
    Fixture f;
    const auto row =
        f.f.vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string("row")});
    const auto at = std::string{applications} + "(" + to_string(row) + ")";
    const auto nobody = f.f.credential(f.f.vault.user("nobody"));
    const auto agent = reader(f.f, "reader");
    const std::string own = "User-Agent: agent/1\r\nx-ms-client-request-id: abc\r\n";
    const std::vector<Asked> kinds{
        who,
        {"GET", std::string{api}},
        {"GET", std::string{api} + "RetrieveTotalRecordCount(EntityNames=['team'])"},
        {"GET", std::string{api} + "RetrieveRolePrivilegesRole(RoleId=" + to_string(row) + ")"},
        {"GET", at},
        {"GET", at + "?$select=msdyn_name", "Prefer: odata.include-annotations=\"*\"\r\n"},
        {"GET", at, "If-None-Match: W/\"1\"\r\n"},
        {"GET", at + "/msdyn_name"},
        {"GET", std::string{applications} + "?$filter=msdyn_name%20eq%20'row'&$count=true"},
        {"GET", std::string{applications} + "/$count"},
        {"GET", std::string{applications} + "(11111111-1111-4111-8111-111111111111)"},
        {"GET", std::string{applications} + "?$filter=nosuch%20eq%201"},
        {"GET", std::string{api} + "nosuch"},
        {"GET", std::string{api} + "systemusers?$expand=teammembership_association"},
        {"POST", std::string{applications}, {}, R"({"msdyn_name":"new"})"},
        {"POST",
         std::string{applications},
         "Prefer: return=representation\r\n",
         R"({"msdyn_name":"new"})"},
        {"POST", std::string{applications}, {}, R"({"msdyn_name":5})"},
        {"POST", std::string{applications}, {}, "{"},
        {"POST",
         std::string{applications},
         "CallerObjectId: 11111111-1111-4111-8111-111111111111\r\n",
         "{}"},
        {"PATCH", at, {}, R"({"msdyn_name":"other"})"},
        {"PATCH", at, "If-Match: W/\"1\"\r\n", R"({"msdyn_name":"other"})"},
        {"PATCH", at, "If-None-Match: *\r\n", R"({"msdyn_name":"other"})"},
        {"PUT", at + "/msdyn_name", {}, R"({"value":"x"})"},
        {"DELETE", at + "/msdyn_name"},
        {"DELETE", std::string{applications} + "(11111111-1111-4111-8111-111111111111)"},
        {"DELETE", std::string{applications}},
        {"POST",
         std::string{applications} + "/Microsoft.Dynamics.CRM.CreateMultiple",
         {},
         R"({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.msdyn_octwitterapplication","msdyn_name":"m"}]})"},
        {"POST", std::string{api} + "rky_SyncNow", {}, "{}"},
        {"POST", std::string{api} + "nosuch", {}, "{}"},
    };
    auto known = f.f.log().size();
    for (const auto& token : {f.token, nobody, agent}) {
        for (const auto& kind : kinds) {
            CAPTURE(kind.method, kind.path, kind.headers, kind.body);
            const auto outside = f.client.ask(alone(kind, token + own));
            REQUIRE(outside);
            const auto answer = f.client.ask(post(part(kind) + "--b--\r\n", token + own));
            REQUIRE(answer);
            const auto parts = inners(*answer);
            REQUIRE(parts.size() == 1);
            CHECK(parts[0].status == outside->status);
            CHECK(without_changing(parts[0].body) == without_changing(outside->body));
            CHECK(api_headers(parts[0].head) == api_headers(outside->head));
            CHECK(answer->status == (outside->status >= 400 ? outside->status : 200));
            // Newest first: those of the part, then as many of the request outside.
            const auto log = f.f.log();
            const auto made = log.size() - std::exchange(known, log.size());
            REQUIRE(made % 2 == 0);
            for (std::size_t i = 0; i < made / 2; ++i) {
                CHECK(entry_text(log[i]) == entry_text(log[i + made / 2]));
            }
        }
    }
}

TEST_CASE("a URL that no request line takes may be one of a part's", "[http][batch]") {
    Fixture f;
    const auto tag = [](std::size_t size) {
        return std::string{who_am_i} + "?tag=" + std::string(size, 'x');
    };
    CHECK(f.client.ask(get(tag(33'000), f.token))->status == 414);
    auto other = f.f.connect();
    const auto ask = [&](std::size_t size) {
        return other.ask(post(part({"GET", tag(size)}) + "--b--", f.token))->status;
    };
    CHECK(ask(33'000) == 200);
    const auto most = 65'536 - tag(0).size();
    CHECK(ask(most) == 200);
    CHECK(ask(most + 1) == 400);
}

TEST_CASE(
    "a part has no credential of its own, and acts for nobody unless it may", "[http][batch]"
) {
    Fixture f;
    const auto agent = reader(f.f, "reader");
    const auto as_other = part({"GET", std::string{who_am_i}, agent});
    const auto refused = f.client.ask(post(as_other + "--b--", f.token));
    REQUIRE(refused);
    CHECK(refused->status == 400);
    CHECK(refused->body.starts_with("{\"error\":"));
    const std::string id = "CallerObjectId: 11111111-1111-4111-8111-111111111111\r\n";
    CHECK(f.send(part({"GET", std::string{who_am_i}, id})).status == 403);
    CHECK(f.send(part(who), id).status == 403);
    CHECK(f.send(part({"GET", "WhoAmI", "Host: elsewhere\r\nCookie: a=b\r\n"})).status == 200);
    CHECK(f.client.ask(post(part(who) + "--b--", {}))->status == 401);
    CHECK(f.client.ask(post("nonsense", {}))->status == 401);
    CHECK(
        f.send(part({"GET", "https://elsewhere.example.com/api/data/v9.2/WhoAmI"})).status == 400
    );
}

TEST_CASE("a credential that ends in a batch ends what comes after it", "[http][batch]") {
    Fixture f;
    const auto own = to_string(f.f.last_credential);
    const Asked revoke{"POST", "rky_RevokeCredential", {}, R"({"CredentialId":")" + own + R"("})"};
    SECTION("as a part") {
        const auto answer = f.send(part(revoke) + part(create("a")), go_on);
        const auto parts = inners(answer);
        REQUIRE(parts.size() == 2);
        CAPTURE(parts[0].body);
        CHECK(parts[0].status == 204);
        CHECK(parts[1].status == 401);
    }
    SECTION("within a change set, which then is not done") {
        const auto answer = f.send(change_set({revoke, create("a")}));
        CHECK(answer.status == 401);
        CHECK(f.client.ask(get(who_am_i, f.token))->status == 200);
    }
    CHECK(f.rows() == 0);
}

TEST_CASE("each part of a batch takes its sender's share", "[http][batch]") {
    http::Limits limits;
    limits.caller_requests_max = 4;
    Fixture f{limits};
    const auto answer = f.send(part(who) + part(who) + part(who) + part(who), go_on);
    const auto parts = inners(answer);
    REQUIRE(parts.size() == 4);
    CHECK(parts[2].status == 200);
    CHECK(parts[3].status == 429);
    CHECK(parts[3].has("Retry-After: "));
}

TEST_CASE("all answers of a batch together are bounded", "[http][batch]") {
    http::Limits limits;
    limits.answers_bytes_max = 256U << 10;
    Fixture f{limits};
    const std::string name(90, 'x');
    messages::CreateMultiple rows;
    rows.table = schema::table("msdyn_octwitterapplication");
    for (int i = 0; i < 100; ++i) {
        rows.rows.emplace_back().cells.push_back(
            test::TestVault::cell("msdyn_octwitterapplication", "msdyn_name", name)
        );
    }
    f.f.vault.run_as_system<messages::IdsReply>(std::move(rows));
    std::string body;
    for (int i = 0; i < 20; ++i)
        body += part({"GET", std::string{applications} + "?$select=msdyn_name"});
    const auto answer = f.send(body);
    CHECK(answer.status == 429);
    CHECK(answer.body.size() < (128U << 10));
    CHECK(inners(answer).size() < 20);
    // Taken by now, so the next one is answered.
    CHECK(f.client.ask(get(who_am_i, f.token))->status == 200);
}

TEST_CASE("a thousand rows in one change set are one commit", "[http][batch]") {
    Fixture f;
    std::vector<Asked> parts(1000, create("a"));
    const auto answer = f.send(change_set(parts));
    CHECK(answer.status == 200);
    const auto answers = inners(answer);
    REQUIRE(answers.size() == 1000);
    CHECK(answers.back().status == 204);
    CHECK(f.rows() == 1000);
    parts.push_back(create("a"));
    CHECK(f.send(change_set(parts)).status == 400);
    CHECK(f.rows() == 1000);
}

TEST_CASE(
    "what a refusal tells of duplicates is on the log first, however many there are",
    "[http][batch]"
) {
    http::Limits limits;
    limits.caller_refusals_logged_max = 1;
    Fixture f{limits};
    const auto rule = f.f.vault.create(
        "duplicaterule",
        std::pair{"name", std::string{"rule"}},
        std::pair{"baseentityname", std::string{"msdyn_octwitterapplication"}}
    );
    f.f.vault.create(
        "duplicaterulecondition",
        std::pair{"regardingobjectid", test::TestVault::target("duplicaterule", rule)},
        std::pair{"baseattributename", std::string{"msdyn_name"}},
        std::pair{"operatorcode", std::int64_t{0}}
    );
    f.f.vault.run_as_system<messages::StartedJobReply>(messages::PublishDuplicateRule{rule});
    f.f.vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string{"there"}});
    const auto detecting = [](std::string_view name) {
        auto out = create(name);
        out.headers = "MSCRM.SuppressDuplicateDetection: false\r\n";
        return out;
    };
    const auto before = f.f.logged(audit::Action::list);
    for (int i = 0; i < 5; ++i) {
        const auto answer = f.client.ask(alone(detecting("there"), f.token));
        REQUIRE(answer);
        CHECK(answer->status == 412);
        CHECK(answer->body.find("0x80040333") != std::string::npos);
    }
    CHECK(f.f.logged(audit::Action::list) == before + 5);
    for (int i = 0; i < 3; ++i) {
        const auto none = f.send(change_set({detecting("nowhere"), bad_create}));
        CHECK(none.status == 400);
        REQUIRE(inners(none).size() == 1);
        CHECK(inners(none).front().around.find("Content-ID: 2") != std::string::npos);
    }
    CHECK(f.f.logged(audit::Action::list) == before + 8);
    CHECK(f.send(change_set({detecting("nowhere"), detecting("there")})).status == 412);
    CHECK(f.f.logged(audit::Action::list) == before + 10);
    CHECK(f.rows() == 1);
    // Others stay within their number.
    for (int i = 0; i < 3; ++i) CHECK(f.send(part(bad_create)).status == 400);
    f.f.end();
    CHECK(f.f.logged(audit::Action::refusals_aggregated) == 1);
}

TEST_CASE("a client that goes away ends its batch", "[http][batch]") {
    http::Limits limits;
    limits.linger = 40ms;  // connections are looked after every 10 ms
    Fixture f{limits};
    messages::CreateMultiple rows;
    rows.table = schema::table("msdyn_octwitterapplication");
    std::string name;
    for (int i = 0; i < 100; ++i) name += "\u00E9";
    for (int i = 0; i < 500; ++i) {
        rows.rows.emplace_back().cells.push_back(
            test::TestVault::cell("msdyn_octwitterapplication", "msdyn_name", name)
        );
    }
    f.f.vault.run_as_system<messages::IdsReply>(std::move(rows));
    std::string slow{applications};
    slow += "/$count?$filter=";
    for (int i = 0; i < 60; ++i) {
        slow += std::string{i == 0 ? "" : "%20or%20"} + "contains(msdyn_name,'_%C3%A9_z')";
    }
    std::string body;
    for (int i = 0; i < 200; ++i) body += part({"GET", slow});
    const auto lists = [&] {
        return std::ranges::count_if(f.f.log(), [](const auto& entry) {
            return entry.event.message == "RetrieveMultiple";
        });
    };
    const auto cancelled = [&] {
        const auto log = f.f.log();
        return std::ranges::any_of(log, [](const auto& entry) {
            return std::ranges::any_of(entry.event.extras, [](const auto& extra) {
                return extra.first == "error" && extra.second == audit::ExtraValue{"cancelled"};
            });
        });
    };
    auto gone = f.f.connect();
    gone.send(post(body + "--b--", f.token, go_on));
    const auto patience = std::chrono::steady_clock::now() + 120s;
    const auto wait_for = [&](const auto& condition) {
        while (!condition() && std::chrono::steady_clock::now() < patience) {
            CHECK(f.f.connect().ask(get("/healthz"))->status == 200);
        }
        return condition();
    };
    CHECK(wait_for([&] { return lists() > 0; }));
    gone.close();
    CHECK(wait_for(cancelled));
    f.f.end();
    CHECK(lists() < 200);
}

}  // namespace batch_test
