#include "vault/attempts.hpp"

#include "messages/sender.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace attempts_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

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

TEST_CASE("a request is planned once, and once more for each of 31 lost races", "[messages]") {
    Bench bench;
    for (int i = 0; i < Attempts::most; ++i) {
        REQUIRE(bench.attempts->next());
        CHECK(bench.attempts->lost(stale()));
    }
    CHECK(Attempts::most == 32);
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

TEST_CASE("of many who write one row at once, each comes through", "[messages]") {
    constexpr int writers = 8;
    constexpr int rounds = 25;
    constexpr std::string_view application = "msdyn_octwitterapplication";
    TestVault vault;
    const auto row = vault.create(application, std::pair{"msdyn_name", std::string("of many")});
    std::atomic<int> done{0};
    std::vector<std::thread> threads;
    for (int writer = 0; writer < writers; ++writer) {
        threads.emplace_back([&, writer] {
            for (int round = 0; round < rounds; ++round) {
                Upsert message;
                message.target = TestVault::target(application, row);
                message.preconditions.must_exist = true;
                message.input.cells.push_back(TestVault::cell(
                    application, "msdyn_name", "of writer " + std::to_string(writer)
                ));
                if (vault.run<NoContent>(vault.vault().system(), std::move(message))) ++done;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(done == writers * rounds);
    CHECK(value(test::system_of(vault).row(application, row))->row_version == 1 + writers * rounds);
}

}  // namespace attempts_test
