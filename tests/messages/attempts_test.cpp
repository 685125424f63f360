#include "vault/attempts.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <vector>

namespace attempts_test {

using namespace rookery;
using namespace rookery::messages;

namespace {

ledger::CommitResult stale() { return ledger::Stale{}; }

ledger::CommitResult failed() {
    return Error{Errc::unavailable, "the audit log cannot be written", {}, {}};
}

/// Attempts without a ledger, which say whom they gave up.
struct Bench {
    std::vector<Attempts::Since> given_up;
    WorkBudget work{10};
    std::optional<Attempts> attempts{
        std::in_place, [this](Attempts::Since since) { given_up.push_back(since); }, work};
};

}  // namespace

TEST_CASE("a request is planned once, and once more for each of three lost races", "[messages]") {
    Bench bench;
    for (int i = 0; i < Attempts::most; ++i) {
        REQUIRE(bench.attempts->next());
        CHECK(bench.attempts->lost(stale()));
    }
    CHECK(Attempts::most == 4);
    CHECK_FALSE(bench.attempts->next());
}

TEST_CASE("whatever the ledger says but that the state moved on is the answer", "[messages]") {
    Bench bench;
    REQUIRE(bench.attempts->next());
    CHECK_FALSE(bench.attempts->lost(failed()));
    bench.attempts.reset();
    CHECK(bench.given_up.empty());
}

TEST_CASE("every attempt has the place of the first one", "[messages]") {
    Bench bench;
    const auto first = bench.attempts->since();
    REQUIRE(bench.attempts->next());
    REQUIRE(bench.attempts->lost(stale()));
    REQUIRE(bench.attempts->next());
    CHECK(bench.attempts->since() == first);
}

TEST_CASE("work that an attempt took is not there for the next one", "[messages]") {
    Bench bench;
    REQUIRE(bench.attempts->next());
    CHECK(bench.work.spend(6));
    REQUIRE(bench.attempts->lost(stale()));
    CHECK(bench.work.spend(6).error().code == Errc::unavailable);
}

TEST_CASE("without a lost race there is no reserved turn to give up", "[messages]") {
    Bench bench;
    REQUIRE(bench.attempts->next());
    bench.attempts->end();
    CHECK(bench.given_up.empty());
}

TEST_CASE("a request that comes again has its reserved turn", "[messages]") {
    Bench bench;
    REQUIRE(bench.attempts->next());
    REQUIRE(bench.attempts->lost(stale()));
    REQUIRE(bench.attempts->next());
    CHECK(bench.given_up.empty());
    CHECK_FALSE(bench.attempts->lost(failed()));
    bench.attempts.reset();
    CHECK(bench.given_up.empty());
}

TEST_CASE("a reserved turn is given up once, as soon as nobody will take it", "[messages]") {
    Bench bench;
    const std::vector once{bench.attempts->since()};
    REQUIRE(bench.attempts->next());
    REQUIRE(bench.attempts->lost(stale()));
    CHECK(bench.given_up.empty());
    SECTION("the request ends for another reason") {
        bench.attempts->end();
        CHECK(bench.given_up == once);
    }
    SECTION("the last attempt lost too") {
        while (bench.attempts->next()) {
            CHECK(bench.given_up.empty());
            REQUIRE(bench.attempts->lost(stale()));
        }
        CHECK(bench.given_up == once);
    }
    SECTION("an exception took the request away") {}
    bench.attempts.reset();
    CHECK(bench.given_up == once);
}

}  // namespace attempts_test
