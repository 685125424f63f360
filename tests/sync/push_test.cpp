#include "sync/push.hpp"

#include "schema/known_tables.hpp"
#include "sync/scripted_server.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <mutex>

namespace push_test {

using namespace rookery;
using namespace rookery::sync;
using namespace std::chrono_literals;
using test::answer;
using test::Asked;
using test::ScriptedServer;
using test::Told;

namespace {

const auto& table = schema::known::msdyn_octwitterhandlesecret;
const Uuid id = *Uuid::parse("11111111-2222-4333-8444-555555555555");
const std::string path =
    "/api/data/v9.2/msdyn_octwitterhandlesecrets(11111111-2222-4333-8444-555555555555)";

Told error(int status, const std::string& code, const std::string& headers = {}) {
    return answer(status, R"({"error":{"code":")" + code + R"(","message":"m"}})", headers);
}

const std::string us = "aaaaaaaa-2222-4333-8444-555555555555";
const std::string somebody = "bbbbbbbb-2222-4333-8444-555555555555";

Told row(const std::string& etag, const std::string& creator = us) {
    return answer(
        200, R"({"@odata.etag":"W/\")" + etag + R"(\"","_createdby_value":")" + creator + "\"}"
    );
}

const auto absent = [] { return error(404, "0x80040217"); };
const auto present = [] { return error(412, "0x80040237"); };
const auto key_taken = [] { return error(412, "0x80060892"); };
const auto changed = [] { return error(412, "0x80060882"); };
const auto done = [] { return answer(204); };
const auto cut = [] {
    return Told{"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n", Told::Then::close};
};

/// One server that is organization and authority; a test gives the organization's answers in order.
struct Fixture {
    Fixture() : server(folder, [this](const Asked& asked) { return tell(asked); }), gate(1000) {
        options.url = server.origin();
        options.client_id = "c";
        speak_to(server.origin());
        sign_in_with(server.origin() + "/t");
        payload.create = R"({"b":"create"})";
        payload.update = R"({"b":"update"})";
    }

    /// Patient: a busy machine must not look like an organization that is late.
    void speak_to(const std::string& origin, std::chrono::milliseconds patience = 60s) {
        OrganizationOptions far;
        far.origin = origin;
        far.ca_file = server.authority();
        far.request = patience;
        auto opened = OrganizationClient::open(far, [this] { return stopping.load(); });
        REQUIRE(opened);
        organization.emplace(std::move(*opened));
    }

    /// From the next push on; the sign-in was before.
    void impatient() {
        REQUIRE(sign_in->token(*organization).token);
        speak_to(server.origin(), 2s);
    }

    void sign_in_with(const std::string& authority) {
        challenge_authority = authority;
        options.authorities = {authority};
        sign_in.emplace(options, SecretBytes::copy_of("s"), clock);
    }

    Told tell(const Asked& asked) {
        const std::lock_guard lock(mutex);
        if (asked.method == "POST") {
            if (token) return *token;
            return answer(
                200,
                R"({"token_type":"Bearer","expires_in":3599,"access_token":"t)" +
                    std::to_string(++tokens) + "\"}"
            );
        }
        if (!asked.has("Authorization: ")) {
            return answer(
                401,
                "",
                "WWW-Authenticate: Bearer authorization_uri=" + challenge_authority +
                    "/oauth2/authorize, resource_id=" + server.origin() + "/\r\n"
            );
        }
        if (asked.target == "/api/data/v9.2/WhoAmI") {
            return answer(200, R"({"UserId":")" + us + "\"}");
        }
        sent.push_back(asked);
        if (answers.empty()) return answer(599);
        const auto next = answers.front();
        answers.pop_front();
        return next;
    }

    void give(std::deque<Told> in_order) {
        const std::lock_guard lock(mutex);
        answers = std::move(in_order);
    }

    [[nodiscard]] bool all_given() {
        const std::lock_guard lock(mutex);
        return answers.empty();
    }

    PushResult upsert(
        PushOperation begin, std::deque<Told> in_order, bool outcome_unknown = false,
        bool created_by_us = true
    ) {
        give(std::move(in_order));
        Push push(*organization, *sign_in, gate, clock);
        auto result = push.upsert(table, id, payload, begin, {outcome_unknown, created_by_us});
        CHECK(all_given());
        return result;
    }

    PushResult remove(
        std::deque<Told> in_order, bool outcome_unknown = false, bool created_by_us = true
    ) {
        give(std::move(in_order));
        Push push(*organization, *sign_in, gate, clock);
        auto result = push.remove(table, id, {outcome_unknown, created_by_us});
        CHECK(all_given());
        return result;
    }

    /// "PATCH create If-None-Match: *", in order.
    [[nodiscard]] std::vector<std::string> steps() const {
        std::vector<std::string> out;
        for (const auto& asked : sent) {
            CHECK(asked.target.substr(0, path.size()) == path);
            auto step = asked.method;
            if (asked.body == payload.create) step += " create";
            if (asked.body == payload.update) step += " update";
            for (const std::string name : {"If-Match", "If-None-Match"}) {
                if (const auto value = asked.header(name); !value.empty()) {
                    step.append(" ").append(name).append(": ").append(value);
                }
            }
            out.push_back(step);
        }
        return out;
    }

    ManualClock clock{from_ms(1'800'000'000'000)};
    test::CertificateFolder folder;
    std::atomic<bool> stopping{false};
    std::mutex mutex;  // of what the server's thread and the test share
    int tokens = 0;
    std::optional<Told> token;  // instead of a good one
    std::string challenge_authority;
    std::deque<Told> answers;
    std::vector<Asked> sent;
    ScriptedServer server;
    Gate gate;
    SyncOptions options;
    std::optional<OrganizationClient> organization;
    std::optional<SignIn> sign_in;
    Payload payload;
};

using Steps = std::vector<std::string>;
const std::string create = "PATCH create If-None-Match: *";
const std::string update = "PATCH update If-Match: *";

}  // namespace

TEST_CASE("a new record is created and a known one updated", "[sync]") {
    Fixture f;
    SECTION("created") {
        const auto result = f.upsert(PushOperation::create, {done()});
        CHECK(result.ending == Ending::done);
        CHECK(result.operation == PushOperation::create);
        CHECK(result.status == 204);
        CHECK(f.steps() == Steps{create});
    }
    SECTION("updated") {
        const auto result = f.upsert(PushOperation::update, {done()});
        CHECK(result.ending == Ending::done);
        CHECK(result.operation == PushOperation::update);
        CHECK(f.steps() == Steps{update});
    }
    CHECK(f.sent.at(0).header("Authorization") == "Bearer t1");
}

TEST_CASE("the other branch is taken once", "[sync]") {
    Fixture f;
    SECTION("what is not there is created") {
        CHECK(f.upsert(PushOperation::update, {absent(), done()}).ending == Ending::done);
        CHECK(f.steps() == Steps{update, create});
    }
    SECTION("what is there is updated") {
        CHECK(
            f.upsert(PushOperation::create, {present(), row("7"), done()}).ending == Ending::done
        );
        CHECK(f.steps() == Steps{create, "GET", "PATCH update If-Match: W/\"7\""});
    }
    SECTION("neither there nor not there: it is what the record names that is missing") {
        CHECK(
            f.upsert(PushOperation::update, {absent(), absent()}).ending ==
            Ending::referenced_missing
        );
    }
    SECTION("an update that finds nothing although the record is there means the same") {
        CHECK(
            f.upsert(PushOperation::update, {absent(), present()}).ending ==
            Ending::referenced_missing
        );
    }
    SECTION("and so does a create that found it there") {
        CHECK(
            f.upsert(PushOperation::create, {present(), row("7"), absent()}).ending ==
            Ending::referenced_missing
        );
    }
    SECTION("a create names a row that is not there") {
        CHECK(f.upsert(PushOperation::create, {absent()}).ending == Ending::referenced_missing);
    }
}

TEST_CASE("a key that another record has is refused for good", "[sync]") {
    Fixture f;
    SECTION("on an update") {
        const auto result = f.upsert(PushOperation::update, {key_taken()});
        CHECK(result.ending == Ending::refused);
        CHECK(result.code == "0x80060892");
    }
    SECTION("on a create, once the record itself was looked for") {
        const auto result = f.upsert(PushOperation::create, {key_taken(), absent()});
        CHECK(result.ending == Ending::refused);
        CHECK(result.code == "0x80060892");
        CHECK(result.status == 412);
    }
    SECTION("on the create after an update") {
        const auto result = f.upsert(PushOperation::update, {absent(), key_taken(), absent()});
        CHECK(result.ending == Ending::refused);
        CHECK(result.code == "0x80060892");
    }
}

TEST_CASE("what somebody else made under the same id is not touched", "[sync]") {
    Fixture f;
    const auto check = [&](const PushResult& result) {
        CHECK(result.ending == Ending::refused);
        CHECK(result.code == "0x80040237");
        for (const auto& step : f.steps()) CHECK((step == "GET" || step == create));
    };
    SECTION("by a create that finds it") {
        check(f.upsert(PushOperation::create, {present(), row("7", somebody)}));
    }
    SECTION("by an update of a record that was never seen there") {
        check(f.upsert(PushOperation::update, {row("7", somebody)}, false, false));
    }
    SECTION("by a removal") { check(f.remove({row("7", somebody)}, false, false)); }
    SECTION("nor when nobody is said to have made it") {
        check(f.upsert(PushOperation::update, {answer(200, R"({"@odata.etag":"W/\"7\""})")}, true));
    }
}

TEST_CASE("what this application made is touched once it was seen", "[sync]") {
    Fixture f;
    SECTION("updated") {
        CHECK(
            f.upsert(PushOperation::update, {row("7"), done()}, false, false).ending == Ending::done
        );
        CHECK(f.steps() == Steps{"GET", "PATCH update If-Match: W/\"7\""});
    }
    SECTION("removed") {
        CHECK(f.remove({row("7"), done()}, false, false).ending == Ending::done);
        CHECK(f.steps() == Steps{"GET", "DELETE If-Match: W/\"7\""});
    }
}

TEST_CASE("an inactive record is set after it was created", "[sync]") {
    Fixture f;
    f.payload.update_after_create = true;
    SECTION("at once") {
        const auto result = f.upsert(PushOperation::create, {done(), done()});
        CHECK(result.ending == Ending::done);
        CHECK(result.operation == PushOperation::create);
    }
    SECTION("or it is refused") {
        const auto result = f.upsert(PushOperation::create, {done(), error(400, "0x80048408")});
        CHECK(result.ending == Ending::refused);
        CHECK(result.operation == PushOperation::update);
    }
    CHECK(f.steps() == Steps{create, update});
}

TEST_CASE("after an unknown outcome the write names what reading found", "[sync]") {
    Fixture f;
    SECTION("there") {
        CHECK(f.upsert(PushOperation::create, {row("7"), done()}, true).ending == Ending::done);
        CHECK(f.steps() == Steps{"GET", "PATCH update If-Match: W/\"7\""});
        CHECK(
            f.sent.at(0).target == path + "?$select=msdyn_octwitterhandlesecretid,_createdby_value"
        );
    }
    SECTION("not there") {
        CHECK(f.upsert(PushOperation::update, {absent(), done()}, true).ending == Ending::done);
        CHECK(f.steps() == Steps{"GET", create});
    }
    SECTION("changed in between: read again") {
        CHECK(
            f.upsert(PushOperation::update, {row("7"), changed(), row("8"), done()}, true).ending ==
            Ending::done
        );
        CHECK(
            f.steps() ==
            Steps{"GET", "PATCH update If-Match: W/\"7\"", "GET", "PATCH update If-Match: W/\"8\""}
        );
    }
    SECTION("came in between: read again") {
        CHECK(
            f.upsert(PushOperation::update, {absent(), present(), row("8"), done()}, true).ending ==
            Ending::done
        );
        CHECK(f.steps() == Steps{"GET", create, "GET", "PATCH update If-Match: W/\"8\""});
    }
    SECTION("it goes and comes in between: read again") {
        CHECK(
            f.upsert(
                 PushOperation::update,
                 {row("7"), absent(), absent(), present(), row("8"), done()},
                 true
            )
                .ending == Ending::done
        );
    }
    SECTION("changing without end: later, and still open") {
        std::deque<Told> answers;
        for (int i = 0; i < 4; ++i) {
            answers.push_back(row("7"));
            answers.push_back(changed());
        }
        const auto result = f.upsert(PushOperation::update, std::move(answers), true);
        CHECK(result.ending == Ending::later);
        CHECK(result.outcome_unknown);
    }
    SECTION("there, and yet an update finds nothing twice") {
        CHECK(
            f.upsert(PushOperation::update, {row("7"), absent(), row("7"), absent()}, true)
                .ending == Ending::referenced_missing
        );
    }
    SECTION("an ETag that is none does not get into a header") {
        CHECK(
            f.upsert(PushOperation::update, {row("a\\r\\nX-Evil: 1"), done()}, true).ending ==
            Ending::done
        );
        CHECK(f.steps() == Steps{"GET", update});
        CHECK_FALSE(f.sent.at(1).has("Evil"));
    }
    SECTION("reading is refused: it stays open") {
        const auto result = f.upsert(PushOperation::update, {error(403, "0x80040220")}, true);
        CHECK(result.ending == Ending::refused);
        CHECK(result.operation == PushOperation::update);
        CHECK(result.outcome_unknown);
    }
    SECTION("removed: by what was found") {
        CHECK(f.remove({row("7"), done()}, true).ending == Ending::done);
        CHECK(f.steps() == Steps{"GET", "DELETE If-Match: W/\"7\""});
    }
    SECTION("removed: even if nothing was found") {
        CHECK(f.remove({absent(), absent()}, true).ending == Ending::done);
        CHECK(f.steps() == Steps{"GET", "DELETE"});
    }
    SECTION("removed: read again when it changed") {
        CHECK(f.remove({row("7"), changed(), row("8"), done()}, true).ending == Ending::done);
    }
}

TEST_CASE(
    "a push that ends at its second reading stays open, at its first only if it was", "[sync]"
) {
    Fixture f;
    const auto no_reading = [] { return error(403, "0x80040220"); };
    const auto first = f.upsert(PushOperation::update, {changed(), no_reading()});
    CHECK(first.ending == Ending::refused);
    CHECK_FALSE(first.outcome_unknown);
    const auto second =
        f.upsert(PushOperation::update, {changed(), row("7"), changed(), no_reading()});
    CHECK(second.ending == Ending::refused);
    CHECK(second.outcome_unknown);
}

TEST_CASE("a removal is done when the record is not there", "[sync]") {
    Fixture f;
    CHECK(f.remove({done()}).ending == Ending::done);
    CHECK(f.remove({absent()}).ending == Ending::done);
    CHECK(f.steps() == Steps{"DELETE", "DELETE"});
    CHECK(f.remove({error(404, "0x80060888")}).ending == Ending::refused);
    CHECK(f.remove({answer(404, "<html>")}).ending == Ending::pause);
    CHECK(f.remove({error(405, "0x80040227")}).ending == Ending::refused);
}

TEST_CASE("an answer that never came leaves the outcome open", "[sync]") {
    Fixture f;
    const auto check = [](const PushResult& result) {
        CHECK(result.ending == Ending::pause);
        CHECK(result.outcome_unknown);
        CHECK(result.code == "network");
        CHECK(result.status == 0);
        CHECK_FALSE(result.why.empty());
    };
    SECTION("late") {
        f.impatient();
        check(f.upsert(PushOperation::create, {Told{"", Told::Then::hang}}));
    }
    SECTION("cut") { check(f.upsert(PushOperation::update, {cut()})); }
    SECTION("removal") {
        f.impatient();
        check(f.remove({Told{"", Told::Then::hang}}));
    }
    SECTION("of a reading: what made it necessary is still open") {
        check(f.upsert(PushOperation::update, {cut()}, true));
    }
}

TEST_CASE(
    "no connection while signing in is trouble of the network, no token that of the sign-in",
    "[sync]"
) {
    Fixture f;
    const test::DeafPort deaf;
    std::string code;
    SECTION("the organization takes no connection") {
        f.speak_to(deaf.origin());
        code = "network";
    }
    SECTION("the authority takes no connection") {
        f.sign_in_with(deaf.origin() + "/t");
        code = "network";
    }
    SECTION("the authority breaks it") {
        f.token = cut();
        code = "network";
    }
    SECTION("the authority refuses the client") {
        f.token = answer(400, R"({"error":"invalid_client"})");
        code = "sign-in";
    }
    SECTION("the organization names an authority that is not on the list") {
        f.challenge_authority = "https://authority.example/t";
        code = "sign-in";
    }
    const auto result = f.upsert(PushOperation::update, {});
    CHECK(result.ending == Ending::pause);
    CHECK(result.code == code);
    CHECK_FALSE(result.outcome_unknown);
    CHECK_FALSE(result.why.empty());
    CHECK(f.sent.empty());
}

TEST_CASE("a request that was sent twice is read back soon, without a pause", "[sync]") {
    Fixture f;
    CHECK(f.upsert(PushOperation::update, {done()}).ending == Ending::done);
    const auto result = f.upsert(PushOperation::update, {Told{"", Told::Then::close}, done()});
    CHECK(result.ending == Ending::later);
    CHECK(result.outcome_unknown);
}

TEST_CASE(
    "an organization that cannot take anything pauses everybody for as long as it says", "[sync]"
) {
    Fixture f;
    const auto throttled =
        f.upsert(PushOperation::update, {error(429, "0x80072322", "Retry-After: 17\r\n")});
    CHECK(throttled.ending == Ending::pause);
    CHECK(throttled.wait == 17s);
    CHECK(throttled.code == "0x80072322");
    CHECK_FALSE(throttled.outcome_unknown);
    const auto gone = f.upsert(PushOperation::update, {answer(503)});
    CHECK(gone.ending == Ending::pause);
    CHECK_FALSE(gone.wait);
    CHECK(gone.code == "http-503");
    CHECK(gone.outcome_unknown);
    CHECK(
        f.upsert(PushOperation::update, {answer(302, "", "Location: https://evil.example/\r\n")})
            .ending == Ending::pause
    );
    CHECK(f.upsert(PushOperation::update, {answer(200, "<html>")}).ending == Ending::pause);
}

TEST_CASE("a record that may go through later does not hold up the others", "[sync]") {
    Fixture f;
    const auto result = f.upsert(PushOperation::update, {error(500, "0x80044150")});
    CHECK(result.ending == Ending::later);
    CHECK(result.outcome_unknown);
}

TEST_CASE("a refusal says which privilege is missing", "[sync]") {
    Fixture f;
    const auto result = f.upsert(
        PushOperation::create,
        {answer(
            403, R"({"error":{"code":"0x80040220","message":"is missing prvCreatemsdyn_x here"}})"
        )}
    );
    CHECK(result.ending == Ending::refused);
    CHECK(result.missing_privilege == "prvCreatemsdyn_x");
    CHECK(result.operation == PushOperation::create);
}

TEST_CASE("a token that is not taken is renewed once", "[sync]") {
    Fixture f;
    SECTION("and the request goes again") {
        CHECK(f.upsert(PushOperation::update, {answer(401), done()}).ending == Ending::done);
        CHECK(f.sent.at(0).header("Authorization") == "Bearer t1");
        CHECK(f.sent.at(1).header("Authorization") == "Bearer t2");
    }
    SECTION("a second refusal pauses and says nothing about the record") {
        const auto result = f.upsert(PushOperation::update, {answer(401), answer(401)});
        CHECK(result.ending == Ending::pause);
        CHECK_FALSE(result.outcome_unknown);
        CHECK(f.tokens == 2);
    }
}

TEST_CASE("nothing is sent through a gate that is shut", "[sync]") {
    Fixture f;
    f.gate.shut(f.clock.now() + 5s);
    CHECK(f.upsert(PushOperation::update, {}).ending == Ending::interrupted);
    CHECK(f.remove({}).ending == Ending::interrupted);
    CHECK(f.server.connections() == 0);
}

TEST_CASE("a stop interrupts a push", "[sync]") {
    Fixture f;
    f.stopping = true;
    const auto result = f.upsert(PushOperation::update, {});
    CHECK(result.ending == Ending::interrupted);
    CHECK(f.sent.empty());
}

}  // namespace push_test
