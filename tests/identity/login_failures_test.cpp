#include "identity/login_failures.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace rookery;
using identity::LoginFailures;
using Verdict = LoginFailures::Verdict;
using namespace std::chrono_literals;

const Instant start = from_ms(1'800'000'000'000);  // on a minute

Bytes v4(std::uint8_t last) { return {192, 0, 2, last}; }

Bytes v6(std::uint8_t network, std::uint8_t host) {
    return {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, host};
}

std::size_t logged(LoginFailures& failures, const Bytes& address, int times, Instant now) {
    std::size_t out = 0;
    for (int i = 0; i < times; ++i) {
        if (failures.note(address, now) == Verdict::log) ++out;
    }
    return out;
}

}  // namespace

TEST_CASE("the first ten failed logins of a source and minute are logged singly", "[identity]") {
    LoginFailures failures;
    CHECK(logged(failures, v4(1), 25, start) == 10);
    CHECK(logged(failures, v4(2), 3, start) == 3);
    CHECK(failures.due(start + 59s).empty());
    const auto due = failures.due(start + 60s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].source == v4(1));
    CHECK(due[0].minute == start);
    CHECK(due[0].count == 15);
    CHECK(failures.due(start + 60s).empty());
    CHECK(logged(failures, v4(1), 25, start + 60s) == 10);
}

TEST_CASE("a minute that ends while failures come in is not lost", "[identity]") {
    LoginFailures failures;
    CHECK(logged(failures, v4(1), 12, start + 30s) == 10);
    CHECK(logged(failures, v4(1), 13, start + 70s) == 10);
    auto due = failures.due(start + 71s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].count == 2);
    due = failures.due(start + 120s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].count == 3);
    CHECK(due[0].minute == start + 60s);
}

TEST_CASE("the addresses of one IPv6 network are one source", "[identity]") {
    LoginFailures failures;
    std::size_t single = 0;
    for (std::uint8_t host = 0; host < 100; ++host) {
        single += logged(failures, v6(1, host), 1, start);
    }
    CHECK(single == 10);
    CHECK(logged(failures, v6(2, 1), 1, start) == 1);
    const auto due = failures.due(start + 60s);
    REQUIRE(due.size() == 1);
    const auto network = v6(1, 0);
    CHECK(due[0].source == Bytes(network.begin(), network.begin() + 8));
    CHECK(due[0].count == 90);
}

TEST_CASE("more sources than the table holds are counted together", "[identity]") {
    LoginFailures failures{{.single_max = 10, .single_total_max = 1000, .sources_max = 3}};
    for (std::uint8_t i = 0; i < 3; ++i) CHECK(logged(failures, v4(i), 1, start) == 1);
    CHECK(logged(failures, v4(3), 5, start) == 0);
    CHECK(logged(failures, v4(4), 2, start) == 0);
    CHECK(logged(failures, v4(0), 1, start) == 1);
    const auto due = failures.due(start + 60s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].source.empty());
    CHECK(due[0].count == 7);
}

TEST_CASE("single events of all sources are bounded per minute", "[identity]") {
    LoginFailures failures{{.single_max = 10, .single_total_max = 15, .sources_max = 100}};
    CHECK(logged(failures, v4(1), 10, start) == 10);
    CHECK(logged(failures, v4(2), 10, start) == 5);
    CHECK(logged(failures, v4(3), 10, start) == 0);
    CHECK(logged(failures, v4(3), 10, start + 60s) == 10);
    CHECK(failures.due(start + 60s).size() == 2);
}

TEST_CASE("what was not fetched stays bounded and loses no failure", "[identity]") {
    LoginFailures failures{{.single_max = 0, .single_total_max = 0, .sources_max = 2}};
    for (std::uint8_t minute = 0; minute < 50; ++minute) {
        CHECK(logged(failures, v4(minute), 1, start + minute * 1min) == 0);
    }
    const auto due = failures.due(start + 50min);
    CHECK(due.size() <= 3);
    std::uint64_t sum = 0;
    for (const auto& aggregate : due) sum += aggregate.count;
    CHECK(sum == 50);
}

TEST_CASE("an aggregate that could not be logged is due again", "[identity]") {
    LoginFailures failures;
    CHECK(logged(failures, v4(1), 12, start) == 10);
    auto due = failures.due(start + 60s);
    REQUIRE(due.size() == 1);
    failures.put_back(std::move(due[0]));
    due = failures.due(start + 60s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].count == 2);
}

TEST_CASE("the end of the program takes the running minute too", "[identity]") {
    LoginFailures failures;
    CHECK(logged(failures, v4(1), 11, start) == 10);
    CHECK(failures.all().size() == 1);
    CHECK(failures.all().empty());
}

TEST_CASE("a clock that goes back opens no new minute", "[identity]") {
    LoginFailures failures;
    CHECK(logged(failures, v4(1), 10, start + 60s) == 10);
    CHECK(logged(failures, v4(1), 10, start) == 0);
    CHECK(failures.due(start).empty());
    CHECK(failures.due(start + 120s)[0].count == 10);
}

TEST_CASE("a source without an address is a source", "[identity]") {
    LoginFailures failures;
    CHECK(logged(failures, {}, 11, start) == 10);
    Bytes loopback(16);
    loopback[15] = 1;
    CHECK(logged(failures, loopback, 11, start) == 10);
    CHECK(failures.due(start + 60s).size() == 2);
}
