#include "http/service.hpp"

#include "http/serving.hpp"
#include "identity/bearer_token.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <list>
#include <optional>
#include <thread>
#include <utility>

namespace service_test {

namespace {

using namespace rookery;
using namespace std::chrono_literals;
using test::applications;
using test::get;
using test::reader;
using test::Serving;
using test::TestVault;
using test::TlsClient;
using test::value;
using test::who_am_i;

/// Counts of a thousand rows under 500 conditions that cannot be decided early, and each row's name
/// as expensive as may be: a good part of a second each.
class Scans {
 public:
    static constexpr std::size_t number = 8;

    Scans(Serving& f, const std::string& token) {
        messages::CreateMultiple rows;
        rows.table = schema::table("msdyn_octwitterapplication");
        std::string name;
        for (int i = 0; i < 100; ++i) name += "\u00E9";
        for (int i = 0; i < 1000; ++i) {
            rows.rows.emplace_back().cells.push_back(
                TestVault::cell("msdyn_octwitterapplication", "msdyn_name", name)
            );
        }
        f.vault.run_as_system<messages::IdsReply>(std::move(rows));
        std::string path{applications};
        path += "/$count?$filter=";
        for (int i = 0; i < 500; ++i) {
            path += std::string{i == 0 ? "" : "%20or%20"} + "contains(msdyn_name,'_%C3%A9_z')";
        }
        for (std::size_t i = 0; i < number; ++i) {
            clients.emplace_back(f.server->port(), f.authority).send(get(path, token));
        }
    }

    std::list<TlsClient> clients;
};

std::size_t cancelled(Serving& f) {
    const auto log = f.log();
    return static_cast<std::size_t>(std::ranges::count_if(log, [](const auto& entry) {
        return std::ranges::any_of(entry.event.extras, [](const auto& extra) {
            return extra.first == "error" && extra.second == audit::ExtraValue{"cancelled"};
        });
    }));
}

}  // namespace

TEST_CASE("without a token every path but the health routes is answered 401", "[http]") {
    Serving f;
    auto client = f.connect();
    for (const auto* const path :
         {"/api/data/v9.2/WhoAmI",
          "/api/data/v9.2/",
          "/api/data/v9.2/nonsense",
          "/",
          "/healthz/",
          "/api/data/v9.2/msdyn_octwitterhandlesecrets(11111111-1111-4111-8111-111111111111)"}) {
        CAPTURE(path);
        const auto answer = client.ask(get(path));
        REQUIRE(answer);
        CHECK(answer->status == 401);
        CHECK(answer->has("WWW-Authenticate: Bearer authorization_uri="));
        CHECK(answer->body.find(std::string{identity::refused_token_message}) != std::string::npos);
        CHECK_FALSE(answer->has("Connection: close"));
    }
    CHECK(f.logged(audit::Action::login_failure) == 6);
    const auto entry = f.log().front();
    CHECK(entry.event.outcome == audit::Outcome::denied);
    CHECK(entry.event.source);
}

TEST_CASE("the health routes need no token and leave no entry", "[http]") {
    Serving f;
    const auto before = f.log().size();
    auto client = f.connect();
    CHECK(client.ask(get("/healthz"))->status == 200);
    CHECK(client.ask(get("/readyz"))->status == 200);
    CHECK(f.log().size() == before);
}

TEST_CASE("the health route tells when nothing can be committed any more", "[http]") {
    Serving f;
    auto client = f.connect();
    f.vault.vault().ledger().stop();
    CHECK(client.ask(get("/healthz"))->status == 200);
    CHECK(client.ask(get("/readyz"))->status == 503);
    const auto refused = client.ask(get(who_am_i));
    REQUIRE(refused);
    CHECK(refused->status == 503);
    CHECK(refused->has("Retry-After: "));
}

TEST_CASE("a user with a token is answered, and the answer is on the log", "[http]") {
    Serving f;
    const auto user = f.vault.user("alice");
    const auto token = f.credential(user);
    auto client = f.connect();
    const auto answer =
        client.ask(get(who_am_i, token + "User-Agent: agent/1\r\nx-ms-client-request-id: abc\r\n"));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body.find(to_string(user)) != std::string::npos);
    CHECK(answer->has("x-ms-client-request-id: abc"));
    CHECK(answer->has("Audit-Log: "));
    const auto entry = f.log().front();
    CHECK(entry.event.message == "WhoAmI");
    CHECK(entry.event.actor.id == to_string(user));
    CHECK(entry.event.client_request_id == "abc");
    CHECK(client.ask(get("/favicon.ico", token))->status == 404);
}

TEST_CASE("two Authorization headers are one too many", "[http]") {
    Serving f;
    const auto token = f.credential(f.vault.user("alice"));
    auto client = f.connect();
    CHECK(client.ask(get(who_am_i, token + token))->status == 401);
    CHECK(client.ask(get(who_am_i, token))->status == 200);
}

TEST_CASE(
    "a credential revoked while its connection lives is refused at the next request", "[http]"
) {
    Serving f;
    const auto token = f.credential(f.vault.user("alice"));
    auto client = f.connect();
    CHECK(client.ask(get(who_am_i, token))->status == 200);
    f.vault.run_as_system<messages::NoContent>(messages::RevokeCredential{f.last_credential});
    CHECK(client.ask(get(who_am_i, token))->status == 401);
}

TEST_CASE("a credential that expired while its connection lives is refused", "[http]") {
    Serving f;
    const auto token = f.credential(f.vault.user("alice"), 30min);
    auto client = f.connect();
    CHECK(client.ask(get(who_am_i, token))->status == 200);
    f.vault.clock().advance(31min);
    CHECK(client.ask(get(who_am_i, token))->status == 401);
}

TEST_CASE("a user disabled while his connection lives is refused at the next request", "[http]") {
    Serving f;
    const auto user = f.vault.user("alice");
    const auto token = f.credential(user);
    auto client = f.connect();
    CHECK(client.ask(get(who_am_i, token))->status == 200);
    messages::Upsert disable;
    disable.target = TestVault::target("systemuser", user);
    disable.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", true));
    f.vault.run_as_system<messages::NoContent>(std::move(disable));
    const auto refused = client.ask(get(who_am_i, token));
    REQUIRE(refused);
    CHECK(refused->status == 403);
    CHECK(f.log().front().event.actor.id == to_string(user));
}

TEST_CASE("a user without a role is refused, and the refusal is on the log", "[http]") {
    Serving f;
    const auto token = f.credential(f.vault.user("stranger"));
    auto client = f.connect();
    const auto answer = client.ask(get(
        "/api/data/v9.2/msdyn_octwitterhandlesecrets(11111111-1111-4111-8111-111111111111)", token
    ));
    REQUIRE(answer);
    CHECK(answer->status == 403);
    CHECK(f.log().front().event.outcome == audit::Outcome::denied);
}

TEST_CASE(
    "rows of a sender who may write none are not read, and the refusal is on the log", "[http]"
) {
    Serving f;
    const auto token = f.credential(f.vault.user("stranger"));
    const std::string body = "{ this is no JSON";
    const auto ask = [&](std::string_view method, std::string_view path) {
        return std::string{method} + " /api/data/v9.2/" + std::string{path} +
               " HTTP/1.1\r\nHost: h\r\n" + token +
               "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    };
    const std::string secrets = "msdyn_octwitterhandlesecrets";
    const std::string row = secrets + "(11111111-1111-4111-8111-111111111111)";
    auto client = f.connect();
    for (const auto& [method, path] : {
             std::pair<std::string, std::string>{"POST", secrets},
             {"POST", secrets + "/Microsoft.Dynamics.CRM.CreateMultiple"},
             {"POST", secrets + "/Microsoft.Dynamics.CRM.UpsertMultiple"},
             {"PATCH", row},
             {"PUT", row + "/msdyn_useraccesstoken"},
         }) {
        CAPTURE(method, path);
        const auto answer = client.ask(ask(method, path));
        REQUIRE(answer);
        CHECK(answer->status == 403);
        CHECK(answer->body.find("0x80040220") != std::string::npos);
        const auto entry = f.log().front().event;
        CHECK(entry.outcome == audit::Outcome::denied);
        CHECK(entry.reason == audit::Reason::policy);
        CHECK(entry.table == "msdyn_octwitterhandlesecret");
    }

    // Who may write some row is told what is wrong with the body.
    const auto writer = f.vault.user("writer");
    f.vault.associate(
        "systemuserroles_association",
        writer,
        f.vault.role("writer", {"prvCreatemsdyn_octwitterhandlesecret"}, schema::Depth::basic)
    );
    const auto known = f.credential(writer);
    auto other = f.connect();
    auto request = ask("POST", secrets);
    request.replace(request.find(token), token.size(), known);
    const auto answer = other.ask(request);
    REQUIRE(answer);
    CHECK(answer->status == 400);
}

TEST_CASE("a list is made by a worker and answered on its connection", "[http]") {
    Serving f;
    const auto user = f.vault.user("reader");
    const auto role =
        f.vault.role("reader", {"prvReadmsdyn_octwitterapplication"}, schema::Depth::global);
    f.vault.associate("systemuserroles_association", user, role);
    f.vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string{"listed"}});
    const auto token = f.credential(user);
    auto client = f.connect();
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.ask(get("/api/data/v9.2/msdyn_octwitterapplications", token));
        REQUIRE(answer);
        CHECK(answer->status == 200);
        CHECK(answer->body.find("listed") != std::string::npos);
        CHECK(client.ask(get(who_am_i, token))->status == 200);
    }
}

TEST_CASE("who does not take his answers gets no more, and others still do", "[http]") {
    boost::asio::io_context io;  // outlives the ledger's thread, which posts to it
    TestVault vault;
    const auto role =
        vault.role("reader", {"prvReadmsdyn_octwitterapplication"}, schema::Depth::global);
    const auto reader = [&](const std::string& name) {
        const auto user = vault.user(name);
        vault.associate("systemuserroles_association", user, role);
        messages::CreateCredential message;
        message.user = user;
        message.name = "test";
        message.lifetime = 1h;
        const auto reply = vault.run_as_system<messages::CredentialReply>(message);
        return reply.token.expose([](ByteView token) {
            return "Bearer " + std::string{text_of(token)};
        });
    };
    for (int i = 0; i < 40; ++i) {
        vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", "app"});
    }
    http::Service::Options options;
    // A list takes more than a quarter of it, and three of them take more than all.
    options.limits.answers_bytes_max = 3 * http::AnswerBudget::counted_bytes_min;
    http::Service service(vault.vault(), std::move(options));
    const auto ask = [&](const std::string& token, std::string target) {
        http::Request request;
        request.method = "GET";
        request.target = std::move(target);
        request.headers = {{"Authorization", token}};
        request.peer.address = {127, 0, 0, 1};
        auto answer = boost::asio::co_spawn(io, service.handle(request), boost::asio::use_future);
        io.restart();
        io.run();
        return answer.get();
    };
    const std::string list = "/api/data/v9.2/msdyn_octwitterapplications";
    const auto slow = reader("slow");
    auto untaken = std::vector<http::Response>{};
    untaken.push_back(ask(slow, list));
    REQUIRE(untaken.front().status == 200);
    REQUIRE(untaken.front().body.size() > http::AnswerBudget::counted_bytes_min);
    CHECK(ask(slow, list).status == 429);
    CHECK(ask(slow, std::string{who_am_i}).status == 429);

    const auto other = reader("other");
    CHECK(ask(other, list).status == 200);
    for (const auto* name : {"third", "fourth"}) {
        untaken.push_back(ask(reader(name), list));
        if (untaken.back().status == 503) break;
    }
    CHECK(ask(other, list).status == 503);
    CHECK(ask(other, std::string{who_am_i}).status == 200);

    untaken.clear();
    CHECK(ask(slow, list).status == 200);
    service.close();
}

namespace {

/// Takes bearer tokens, counts how often one is proved, and does `meanwhile` right after: what was proved
/// is then planned on a state that is not the newest.
struct CountedProofs {
    static inline int count = 0;
    static inline std::function<void()> meanwhile = {};

    static identity::Proof prove(const identity::Shown& shown) {
        ++count;
        auto proof = identity::prove_bearer_token(shown);
        if (auto once = std::exchange(meanwhile, {})) once();
        return proof;
    }

    static constexpr identity::CredentialKind kinds[] = {{"bearer", prove}};
};

/// A service without a transport, in front of a vault.
struct Bare {
    Bare() {
        CountedProofs::count = 0;
        http::Service::Options options;
        options.credentials = CountedProofs::kinds;
        service.emplace(vault.vault(), std::move(options));
    }

    ~Bare() { service->close(); }

    http::Request request(const std::string& token, std::string target = std::string{who_am_i}) {
        http::Request out;
        out.method = "GET";
        out.target = std::move(target);
        out.headers = {{"Authorization", "Bearer " + token}};
        out.peer.address = {127, 0, 0, 1};
        return out;
    }

    http::Response ask(const http::Request& request) {
        auto answer = boost::asio::co_spawn(io, service->handle(request), boost::asio::use_future);
        io.restart();
        io.run();
        return answer.get();
    }

    std::string token(const Uuid& user) {
        messages::CreateCredential message;
        message.user = user;
        message.name = "test";
        message.lifetime = 1h;
        const auto reply = vault.run_as_system<messages::CredentialReply>(message);
        last_credential = reply.credential;
        return reply.token.expose([](ByteView token) { return std::string{text_of(token)}; });
    }

    boost::asio::io_context io;  // outlives the ledger's thread, which posts to it
    TestVault vault;
    std::optional<http::Service> service;
    Uuid last_credential;
};

}  // namespace

TEST_CASE("a credential is proved once, however often its request is planned", "[http]") {
    Bare bare;
    const auto user = bare.vault.user("alice");
    const auto request = bare.request(bare.token(user));
    CHECK(bare.ask(request).status == 200);
    CHECK(CountedProofs::count == 1);
    int changes = 0;
    CountedProofs::meanwhile = [&] {
        bare.vault.user("somebody else");
        ++changes;
    };
    CHECK(bare.ask(request).status == 200);
    CHECK(changes == 1);
    CHECK(CountedProofs::count == 2);
}

TEST_CASE("a credential that is revoked between two attempts is refused at the second", "[http]") {
    Bare bare;
    const auto request = bare.request(bare.token(bare.vault.user("alice")));
    CountedProofs::meanwhile = [&] {
        bare.vault.run_as_system<messages::NoContent>(messages::RevokeCredential{
            bare.last_credential});
    };
    CHECK(bare.ask(request).status == 401);
    CHECK(CountedProofs::count == 1);
    messages::RetrieveAuditEvents newest;
    newest.top = 2;
    const auto log = bare.vault.run_as_system<messages::LogReply>(newest);
    CHECK(log.entries.at(0).event.action == audit::Action::login_failure);
    CHECK(log.entries.at(1).event.action == audit::Action::credential_revoke);
}

TEST_CASE("a user who is disabled between two attempts is refused at the second", "[http]") {
    Bare bare;
    const auto user = bare.vault.user("alice");
    const auto request = bare.request(bare.token(user));
    CountedProofs::meanwhile = [&] {
        messages::Upsert disable;
        disable.target = TestVault::target("systemuser", user);
        disable.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", true));
        bare.vault.run_as_system<messages::NoContent>(std::move(disable));
    };
    CHECK(bare.ask(request).status == 403);
    CHECK(CountedProofs::count == 1);
}

TEST_CASE("what a head proved is not proved again with the body, and is judged anew", "[http]") {
    Bare bare;
    auto request = bare.request(bare.token(bare.vault.user("alice")));
    CHECK(bare.service->admit(request));
    CHECK(bare.ask(request).status == 200);
    CHECK(CountedProofs::count == 1);
    SECTION("revoked since") {
        bare.vault.run_as_system<messages::NoContent>(messages::RevokeCredential{
            bare.last_credential});
        CHECK(bare.ask(request).status == 401);
        CHECK(CountedProofs::count == 1);
    }
    SECTION("another request on the same connection") {
        request.proof.reset();
        request.headers.clear();
        CHECK_FALSE(bare.service->admit(request));
        CHECK(bare.ask(request).status == 401);
    }
}

TEST_CASE(
    "one user's lists keep no other's waiting, and the stop does not wait for them", "[http]"
) {
    http::Limits limits;
    limits.drain = 10ms;
    Serving f{limits, 2};
    const auto busy = reader(f, "busy");
    const auto other = reader(f, "other");
    Scans scans{f, busy};
    auto client = f.connect();
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.ask(get(std::string{applications} + "?$top=1", other));
        REQUIRE(answer);
        CHECK(answer->status == 200);
    }
    // Whatever runs or waits then is cut off, and on the log.
    f.end();
    std::size_t answered = 0;
    for (auto& scan : scans.clients) answered += scan.read() ? 1 : 0;
    CHECK(answered < Scans::number);
    CHECK(cancelled(f) > 0);
}

TEST_CASE("lists whose clients have gone end, also those that wait for their turn", "[http]") {
    http::Limits limits;
    limits.linger = 40ms;  // connections are looked after every 10 ms
    Serving f{limits};
    Scans scans{f, reader(f, "busy")};
    for (auto& client : scans.clients) client.close();
    const auto patience = std::chrono::steady_clock::now() + 20s;
    while (cancelled(f) == 0 && std::chrono::steady_clock::now() < patience) {
        CHECK(f.connect().ask(get("/healthz"))->status == 200);
    }
    CHECK(cancelled(f) > 0);
}

TEST_CASE(
    "a user with all the lists he may have at once is told so, and the log says it", "[http]"
) {
    http::Limits limits;
    limits.worker_requests_per_caller_max = 0;
    Serving f{limits};
    const auto token = reader(f, "busy");
    auto client = f.connect();
    const auto refused = client.ask(get(applications, token));
    REQUIRE(refused);
    CHECK(refused->status == 429);
    CHECK(refused->has("Retry-After: "));
    CHECK(refused->body.find("0x80072326") != std::string::npos);
    CHECK(f.log().front().event.reason == audit::Reason::rate_limited);
    CHECK(client.ask(get(who_am_i, token))->status == 200);
}

TEST_CASE("failed logins beyond the first ten are one entry with their number", "[http]") {
    Serving f;
    auto client = f.connect();
    for (int i = 0; i < 15; ++i) CHECK(client.ask(get(who_am_i))->status == 401);
    CHECK(f.logged(audit::Action::login_failure) == 10);
    CHECK(f.logged(audit::Action::login_failures_aggregated) == 0);
    SECTION("when the minute is over") {
        f.vault.clock().advance(1min);
        const auto patience = std::chrono::steady_clock::now() + 20s;
        while (f.logged(audit::Action::login_failures_aggregated) == 0 &&
               std::chrono::steady_clock::now() < patience) {
            CHECK(client.ask(get("/healthz"))->status == 200);
        }
    }
    SECTION("when the server stops") { f.end(); }
    const auto log = f.log();
    const auto found = std::ranges::find_if(log, [](const auto& entry) {
        return entry.event.action == audit::Action::login_failures_aggregated;
    });
    REQUIRE(found != log.end());
    CHECK(found->event.count == 5);
    CHECK(found->event.source);
}

TEST_CASE("failures of others do not hide a refused credential that was proved", "[http]") {
    Serving f;
    const auto user = f.vault.user("alice");
    const auto token = f.credential(user);
    messages::Upsert disable;
    disable.target = TestVault::target("systemuser", user);
    disable.preconditions.must_exist = true;
    disable.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", true));
    f.vault.run_as_system<messages::NoContent>(std::move(disable));
    const auto singles_of_user = [&] {
        const auto log = f.log();
        return std::ranges::count_if(log, [&](const auto& entry) {
            return entry.event.outcome == audit::Outcome::denied &&
                   entry.event.actor.id == to_string(user);
        });
    };
    auto client = f.connect();
    // The address has used up its single entries.
    for (int i = 0; i < 15; ++i) CHECK(client.ask(get(who_am_i))->status == 401);
    CHECK(f.logged(audit::Action::login_failure) == 10);
    CHECK(singles_of_user() == 0);

    CHECK(client.ask(get(who_am_i, token))->status != 200);
    CHECK(singles_of_user() == 1);
    // His are bounded like everybody's, and the rest is counted.
    for (int i = 0; i < 14; ++i) CHECK(client.ask(get(who_am_i, token))->status != 200);
    CHECK(singles_of_user() == 10);
    f.end();
    std::uint64_t counted = 0;
    for (const auto& entry : f.log()) {
        if (entry.event.action != audit::Action::login_failures_aggregated) continue;
        counted += entry.event.count.value_or(0);
    }
    CHECK(counted == 10);
}

TEST_CASE(
    "refusals of a user beyond those logged in a minute are one entry with their number", "[http]"
) {
    http::Limits limits;
    limits.caller_refusals_logged_max = 5;
    Serving f{limits};
    const auto user = f.vault.user("stranger");
    const auto token = f.credential(user);
    const auto refusals_of = [&](const Uuid& who) {
        const auto log = f.log();
        return std::ranges::count_if(log, [&](const auto& entry) {
            return entry.event.outcome == audit::Outcome::denied &&
                   entry.event.action == audit::Action::list &&
                   entry.event.actor.id == to_string(who);
        });
    };
    auto client = f.connect();
    for (int i = 0; i < 12; ++i) {
        const auto answer = client.ask(get(applications, token));
        REQUIRE(answer);
        CHECK(answer->status == 403);
        CHECK(answer->body.find("0x80040220") != std::string::npos);
        CHECK(answer->has("REQ_ID: "));
    }
    CHECK(client.ask(get("/api/data/v9.2/nonsense", token))->status == 404);
    CHECK(refusals_of(user) == 5);
    // Neither does it hide what others are refused, nor what he is granted.
    const auto other = f.vault.user("other");
    CHECK(client.ask(get(applications, f.credential(other)))->status == 403);
    CHECK(refusals_of(other) == 1);
    for (int i = 0; i < 10; ++i) CHECK(client.ask(get(who_am_i, token))->status == 200);
    const auto log_of_success = f.log();
    CHECK(std::ranges::count_if(log_of_success, [](const auto& entry) {
              return entry.event.message == "WhoAmI";
          }) == 10);

    CHECK(f.logged(audit::Action::refusals_aggregated) == 0);
    SECTION("when the minute is over") {
        f.vault.clock().advance(1min);
        const auto patience = std::chrono::steady_clock::now() + 20s;
        while (f.logged(audit::Action::refusals_aggregated) == 0 &&
               std::chrono::steady_clock::now() < patience) {
            CHECK(client.ask(get("/healthz"))->status == 200);
        }
        // He is logged again in the next one.
        CHECK(client.ask(get(applications, token))->status == 403);
        CHECK(refusals_of(user) == 6);
    }
    SECTION("when the server stops") { f.end(); }
    const auto log = f.log();
    const auto found = std::ranges::find_if(log, [](const auto& entry) {
        return entry.event.action == audit::Action::refusals_aggregated;
    });
    REQUIRE(found != log.end());
    CHECK(found->event.count == 8);
    CHECK(found->event.outcome == audit::Outcome::denied);
    CHECK(found->event.actor.id == to_string(user));
    CHECK(found->event.actor.credential_fingerprint != ByteArray<8>{});
    const auto extra = [&](std::string_view name) {
        const auto at = std::ranges::find_if(found->event.extras, [&](const auto& one) {
            return one.first == name;
        });
        return at == found->event.extras.end() ? 0 : std::get<std::uint64_t>(at->second);
    };
    CHECK(extra("error:missing_privilege") == 7);
    CHECK(extra("error:unknown_segment") == 1);
    CHECK(extra("minute") != 0);
}

TEST_CASE(
    "a request that is refused before its body is read, and a list that gets no turn, are counted "
    "too",
    "[http]"
) {
    http::Limits limits;
    limits.caller_refusals_logged_max = 1;
    limits.worker_requests_per_caller_max = 0;
    Serving f{limits};
    const auto token = reader(f, "busy");
    auto client = f.connect();
    const auto before = f.log().size();
    CHECK(client.ask(get(applications, token))->status == 429);
    CHECK(client.ask(get(applications, token))->status == 429);
    const auto post = "POST " + std::string{applications} + " HTTP/1.1\r\nHost: h\r\n" + token +
                      "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    CHECK(client.ask(post)->status == 403);
    CHECK(f.log().size() == before + 1);
    f.end();
    CHECK(f.log().size() == before + 2);
    CHECK(f.log().front().event.count == 2);
}

TEST_CASE(
    "answers that are only counted are kept back beyond their pace, and no others", "[http]"
) {
    boost::asio::io_context io;  // outlives the ledger's thread, which posts to it
    TestVault vault;
    http::Service::Options options;
    options.limits.caller_refusals_logged_max = 2;
    options.limits.caller_refusals_per_second = 3;
    http::Service service(vault.vault(), std::move(options));
    messages::CreateCredential message;
    message.user = vault.user("stranger");
    message.name = "test";
    message.lifetime = 1h;
    const auto made = vault.run_as_system<messages::CredentialReply>(message);
    const auto token =
        made.token.expose([](ByteView bytes) { return "Bearer " + std::string{text_of(bytes)}; });
    const auto delay_of = [&](std::string_view target) {
        http::Request request;
        request.method = "GET";
        request.target = target;
        request.headers = {{"Authorization", token}};
        request.peer.address = {127, 0, 0, 1};
        auto answer = boost::asio::co_spawn(io, service.handle(request), boost::asio::use_future);
        io.restart();
        io.run();
        return answer.get().delay;
    };
    for (int i = 0; i < 2 + 3; ++i) CHECK(delay_of(applications) == 0ns);
    for (int i = 0; i < 5; ++i) {
        const auto delay = delay_of(applications);
        CHECK(delay > 0ns);
        CHECK(delay <= 1s);
        CHECK(delay_of(who_am_i) == 0ns);
    }
    service.close();
}

TEST_CASE("a user who has made all the requests of a window is told how long to wait", "[http]") {
    http::Limits limits;
    limits.caller_requests_max = 3;
    limits.caller_requests_window = 3600s;
    Serving f{limits};
    const auto token = f.credential(f.vault.user("busy"));
    auto client = f.connect();
    for (int i = 0; i < 3; ++i) CHECK(client.ask(get(who_am_i, token))->status == 200);
    const auto refused = client.ask(get(who_am_i, token));
    REQUIRE(refused);
    CHECK(refused->status == 429);
    CHECK((refused->has("Retry-After: 1200") || refused->has("Retry-After: 119")));
    CHECK(refused->body.find("0x80072322") != std::string::npos);
    CHECK(
        refused->body.find(
            "Number of requests exceeded the limit of 3 over time window of 3600 seconds."
        ) != std::string::npos
    );
    const auto entry = f.log().front().event;
    CHECK(entry.reason == audit::Reason::rate_limited);
    CHECK(entry.outcome == audit::Outcome::denied);
    // The user counts, not the connection; and nobody else.
    CHECK(f.connect().ask(get(who_am_i, token))->status == 429);
    CHECK(client.ask(get(who_am_i, f.credential(f.vault.user("other"))))->status == 200);
    CHECK(client.ask(get("/healthz"))->status == 200);
}

TEST_CASE(
    "on a disk that is nearly full a writer is told when to come again, a reader is answered",
    "[http]"
) {
    Serving f;
    const auto user = f.vault.user("maker");
    f.vault.associate(
        "systemuserroles_association",
        user,
        f.vault.role(
            "maker",
            {"prvCreatemsdyn_octwitterapplication", "prvReadmsdyn_octwitterapplication"},
            schema::Depth::global
        )
    );
    const auto token = f.credential(user);
    f.vault.set_free_space(100U << 20);
    auto client = f.connect();
    const std::string body = R"({"msdyn_name":"app"})";
    const auto refused = client.ask(
        "POST " + std::string{applications} + " HTTP/1.1\r\nHost: h\r\n" + token +
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body
    );
    REQUIRE(refused);
    CHECK(refused->status == 503);
    CHECK(refused->has("Retry-After: 60"));
    CHECK(refused->body.find("nearly full") != std::string::npos);
    CHECK(client.ask(get(applications, token))->status == 200);
    CHECK(client.ask(get("/readyz"))->status == 200);
}

TEST_CASE(
    "on a full disk nobody is answered and nothing is written, and then it goes on", "[http]"
) {
    Serving f;
    const auto token = f.credential(f.vault.user("alice"));
    auto client = f.connect();
    const auto size = [&] { return f.vault.vault().view().snapshot().log_size; };
    const auto before = size();
    f.vault.set_free_space(1U << 20);
    for (const auto* const path : {"/api/data/v9.2/WhoAmI", "/api/data/v9.2/nonsense"}) {
        const auto refused = client.ask(get(path, token));
        REQUIRE(refused);
        CHECK(refused->status == 503);
        CHECK(refused->has("Retry-After: 60"));
        CHECK(refused->body.find("disk is full") != std::string::npos);
    }
    CHECK(client.ask(get(who_am_i))->status == 503);
    CHECK(f.connect().ask("nonsense\r\n\r\n")->status == 503);
    CHECK(client.ask(get("/healthz"))->status == 200);
    const auto ready = client.ask(get("/readyz"));
    REQUIRE(ready);
    CHECK(ready->status == 503);
    CHECK(ready->body.find("1 MiB are free") != std::string::npos);
    CHECK(size() == before);

    f.vault.set_free_space(1ULL << 40);
    CHECK(client.ask(get("/readyz"))->status == 200);
    CHECK(client.ask(get(who_am_i, token))->status == 200);
    // What was asked meanwhile is on the log as a number.
    f.end();
    CHECK(f.logged(audit::Action::refusals_aggregated) == 1);
    CHECK(f.logged(audit::Action::login_failures_aggregated) == 1);
}

TEST_CASE("a server that stops on a full disk still puts what it counted on the log", "[http]") {
    Serving f;
    const auto token = f.credential(f.vault.user("alice"));
    f.vault.set_free_space(1U << 20);
    CHECK(f.connect().ask(get(who_am_i, token))->status == 503);
    f.end();
    f.vault.set_free_space(1ULL << 40);
    CHECK(f.logged(audit::Action::refusals_aggregated) == 1);
}

TEST_CASE("a refusal of the transport is on the log, with the sender if he is known", "[http]") {
    http::Limits limits;
    limits.body_bytes_max = 100;
    Serving f{limits};
    const auto user = f.vault.user("alice");
    const auto token = f.credential(user);
    const auto before = f.log().size();
    const std::string large = "Content-Length: 101\r\n";
    CHECK(f.connect().ask(get("/api/data/v9.2/", large))->status == 413);
    CHECK(f.connect().ask("nonsense\r\n\r\n")->status == 400);
    CHECK(f.log().size() == before + 2);
    CHECK(f.connect().ask(get("/api/data/v9.2/", token + large))->status == 413);
    CHECK(f.log().size() == before + 3);
    CHECK(f.log().front().event.actor.id == to_string(user));
}

TEST_CASE("a request that ends in an exception is on the log as a failure of ours", "[http]") {
    Serving f;
    const auto user = f.vault.user("alice");
    const auto role = f.vault.role("Maker", {"prvCreateUser"}, schema::Depth::global);
    f.vault.associate("systemuserroles_association", user, role);
    const auto token = f.credential(user);
    const std::string body =
        R"({"lastname":"x","domainname":"x@y","internalemailaddress":"a@b.c"})";
    const auto create =
        "POST /api/data/v9.2/systemusers HTTP/1.1\r\nHost: h\r\n" + token +
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    auto client = f.connect();
    const auto before = f.log().size();
    SECTION("the connection goes on") {
        f.vault.random().fail(1, 1);  // the request's id is drawn, the new row's is not
        const auto failed = client.ask(create);
        REQUIRE(failed);
        CHECK(failed->status == 500);
        CHECK(failed->body.find("An unexpected error occurred.") != std::string::npos);
        const auto entry = f.log().front().event;
        CHECK(entry.message == "Create");
        CHECK(entry.table == "systemuser");
        CHECK(entry.outcome == audit::Outcome::failed);
        CHECK(entry.reason == audit::Reason::internal);
        CHECK(entry.actor.id == to_string(user));
        CHECK(client.ask(create)->status == 204);
        CHECK(f.log().size() == before + 2);
    }
    SECTION("unless it cannot be recorded either") {
        f.vault.random().fail(1, 1000);
        const auto failed = client.ask(create);
        f.vault.random().fail(0, 0);
        REQUIRE(failed);
        CHECK(failed->status == 500);
        CHECK(failed->has("Connection: close"));
        CHECK(f.log().size() == before);
    }
    SECTION("also when a worker threw it") {
        f.vault.random().fail(1, 1);
        const auto failed = client.ask(get("/api/data/v9.2/systemusers", token));
        REQUIRE(failed);
        CHECK(failed->status == 500);
        CHECK(f.log().front().event.action == audit::Action::list);
        CHECK(f.log().front().event.reason == audit::Reason::internal);
        CHECK(f.log().size() == before + 1);
    }
}

TEST_CASE(
    "while unauthenticated clients hold all the bodies they may, a token is what admits one",
    "[http]"
) {
    http::Limits limits;
    limits.bodies_bytes_max = 4000;
    Serving f{limits};
    const auto token = f.credential(f.vault.user("alice"));
    const auto post = [](std::size_t size, const std::string& headers) {
        return "POST /api/data/v9.2/nonsense HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
               "Content-Length: " +
               std::to_string(size) + "\r\n" + headers + "\r\n";
    };
    auto stranger = f.connect();
    REQUIRE(stranger.ask(post(1000, {}))->status == 100);
    const auto before = f.logged(audit::Action::login_failure);
    CHECK(f.connect().ask(post(2, {}))->status == 401);
    CHECK(f.connect().ask(post(2, "Authorization: Bearer made-up\r\n"))->status == 401);
    CHECK(f.logged(audit::Action::login_failure) == before + 2);
    auto known = f.connect();
    REQUIRE(known.ask(post(2, token))->status == 100);
    CHECK(known.ask("{}")->status == 404);
}

TEST_CASE("requests go on while the access rules change under them", "[http]") {
    Serving f;
    const auto token = f.credential(f.vault.user("alice"));
    std::atomic<int> answered{0};
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&] {
            auto client = f.connect();
            for (int i = 0; i < 40; ++i) {
                const auto answer = client.ask(get(who_am_i, token));
                ++answered;
                if (answer && answer->status == 200) ++good;
            }
        });
    }
    for (int i = 0; i < 10; ++i) f.vault.user("user" + std::to_string(i));
    for (auto& thread : threads) thread.join();
    CHECK(answered == 120);
    CHECK(good == 120);
}

}  // namespace service_test
