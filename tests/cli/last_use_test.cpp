#include "cli/client/last_use.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace last_use_test {

using namespace rookery::cli;
using nlohmann::json;
using Events = std::vector<json>;

namespace {

json use(const char* fingerprint, const char* time, const char* action = "retrieve") {
    return {{"CredentialFingerprint", fingerprint}, {"Time", time}, {"Action", action}};
}

}  // namespace

TEST_CASE("a token's last use is the newest entry with its fingerprint", "[cli]") {
    LastUses uses;
    uses.add(Events{use("aa", "2026-01-03T00:00:00Z"), use("bb", "2026-01-02T00:00:00Z")});
    uses.add(Events{use("aa", "2026-01-01T00:00:00Z")});
    uses.looked_at(1234, false);
    CHECK(uses.of("aa") == "2026-01-03T00:00:00Z");
    CHECK(uses.say("aa") == "last use 2026-01-03T00:00:00Z");
    CHECK(uses.of("cc").empty());
    CHECK(uses.say("cc") == "no use in the newest 1,234 entries of the log");
    uses.looked_at(5000, true);
    CHECK(uses.say("cc") == "no entry of a use on the log");
}

TEST_CASE("a failed login with an ended token is no use of it", "[cli]") {
    LastUses uses;
    uses.add(Events{use("aa", "2026-01-03T00:00:00Z", "login-failure")});
    uses.looked_at(10, true);
    CHECK(uses.say("aa") == "no entry of a use on the log");
}

TEST_CASE("what is not known of a token's use is said", "[cli]") {
    CHECK(LastUses{}.say("aa") == "last use unknown: it needs prvReadAuditSummary");
    LastUses uses;
    uses.add(Events{
        json{{"Time", "2026-01-03T00:00:00Z"}}, json(7), json{{"CredentialFingerprint", nullptr}}});
    uses.looked_at(3, true);
    CHECK(uses.say("aa") == "last use unknown: this server's log does not show it");
    uses.add(Events{use("aa", "\x1b[2J")});
    CHECK(uses.say("aa").find('\x1b') == std::string::npos);
}

TEST_CASE("an entry that cannot be read may be a use of any token", "[cli]") {
    const json unreadable{
        {"Index", 7}, {"Unreadable", "the row is missing"}, {"CredentialFingerprint", nullptr}};
    LastUses uses;
    uses.add(Events{unreadable});
    uses.looked_at(10, true);
    CHECK(uses.say("aa") == "no entry of a use on the log, as far as the log can be read");
    uses.add(Events{use("aa", "2026-01-03T00:00:00Z")});
    CHECK(uses.say("aa") == "last use 2026-01-03T00:00:00Z, as far as the log can be read");
}

}  // namespace last_use_test
