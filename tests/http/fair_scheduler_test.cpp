#include "http/fair_scheduler.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace fair_scheduler_test {

using namespace rookery;
using http::FairScheduler;

namespace {

Uuid caller(std::uint8_t number) {
    Uuid out;
    out.bytes[15] = number;
    return out;
}

const Uuid alice = caller(1);
const Uuid bob = caller(2);

/// Writes down whose turns began, in order.
struct Round {
    explicit Round(FairScheduler::Limits limits) : scheduler(limits) {}

    void begin(const Uuid& who, char name) {
        REQUIRE(scheduler.enter(who) == FairScheduler::Entry::entered);
        scheduler.begin(who, [this, name] { begun += name; });
    }

    FairScheduler scheduler;
    std::string begun;
};

}  // namespace

TEST_CASE("one caller never has the last worker", "[http]") {
    Round round({.workers = 3});
    for (int i = 0; i < 5; ++i) round.begin(alice, 'a');
    CHECK(round.begun == "aa");
    round.begin(bob, 'b');
    CHECK(round.begun == "aab");
    SECTION("his next goes when one of his ends") {
        round.scheduler.end(alice);
        CHECK(round.begun == "aaba");
    }
    SECTION("nor when another's ends") {
        round.scheduler.end(bob);
        CHECK(round.begun == "aab");
    }
}

TEST_CASE("a worker that is the only one goes to everybody", "[http]") {
    Round round({.workers = 1});
    round.begin(alice, 'a');
    CHECK(round.begun == "a");
    round.scheduler.end(alice);
    round.begin(alice, 'A');
    CHECK(round.begun == "aA");
}

TEST_CASE("callers take turns, whatever each has waiting", "[http]") {
    Round round({.workers = 1});
    for (const char name : {'1', '2', '3', '4'}) round.begin(alice, name);
    round.begin(bob, 'b');
    round.begin(bob, 'B');
    for (const auto& who : {alice, alice, bob, alice, bob}) round.scheduler.end(who);
    CHECK(round.begun == "12b3B4");
}

TEST_CASE(
    "a caller with all requests that he may have is told apart from a full server", "[http]"
) {
    FairScheduler scheduler({.workers = 2, .requests_max = 3, .requests_per_caller_max = 2});
    using enum FairScheduler::Entry;
    CHECK(scheduler.enter(alice) == entered);
    CHECK(scheduler.enter(alice) == entered);
    CHECK(scheduler.enter(alice) == too_many_of_caller);
    CHECK(scheduler.enter(bob) == entered);
    CHECK(scheduler.enter(bob) == too_many);
    scheduler.leave(alice);
    CHECK(scheduler.enter(bob) == entered);
    scheduler.leave(bob);
    CHECK(scheduler.enter(alice) == entered);
}

TEST_CASE("a request that ends before its turn is not waited for", "[http]") {
    FairScheduler scheduler({.workers = 1});
    std::string begun;
    const auto begin = [&](const rookery::Uuid& who, char name) {
        REQUIRE(scheduler.enter(who) == FairScheduler::Entry::entered);
        scheduler.begin(who, [&begun, name] { begun += name; });
    };
    begin(alice, 'a');
    begin(bob, 'b');
    scheduler.leave(bob);
    scheduler.end(alice);
    scheduler.leave(alice);
    CHECK(begun == "a");
    begin(bob, 'B');
    CHECK(begun == "aB");
}

}  // namespace fair_scheduler_test
