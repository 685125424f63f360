#include "sync/gate.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

namespace gate_test {

using namespace rookery;
using namespace rookery::sync;
using namespace std::chrono_literals;

TEST_CASE("a gate that is shut lets nothing pass until it is opened", "[sync]") {
    Gate gate{1000};
    const auto until = from_ms(1'800'000'000'000);
    CHECK(gate.pass());
    CHECK_FALSE(gate.shut_until());
    CHECK(gate.shut(until));
    CHECK_FALSE(gate.pass());
    CHECK_FALSE(gate.shut(until - 5s));  // the later time counts
    CHECK(gate.shut_until() == until);
    CHECK_FALSE(gate.shut(until + 5s));
    CHECK(gate.shut_until() == until + 5s);
    gate.open();
    CHECK(gate.pass());
    CHECK(gate.wait_until_open());
}

TEST_CASE("a closed gate opens no more", "[sync]") {
    Gate gate{1000};
    gate.close();
    gate.open();
    CHECK_FALSE(gate.pass());
    CHECK_FALSE(gate.wait_until_open());
}

TEST_CASE("whoever waits at a gate learns what becomes of it", "[sync]") {
    SECTION("it opens") {
        Gate gate{1000};
        gate.shut(from_ms(1));
        std::atomic<bool> went{false};
        std::thread waiting([&] { went = gate.wait_until_open(); });
        gate.open();
        waiting.join();
        CHECK(went);
    }
    SECTION("it closes") {
        Gate gate{1000};
        gate.shut(from_ms(1));
        std::atomic<bool> went{true};
        std::thread waiting([&] { went = gate.wait_until_open(); });
        gate.close();
        waiting.join();
        CHECK_FALSE(went);
    }
    SECTION("it shuts before a turn that is far away") {
        Gate gate{1};
        CHECK(gate.pass());
        CHECK(gate.pass());
        std::atomic<bool> went{true};
        std::thread waiting([&] {
            for (int i = 0; i < 60 && went; ++i) went = gate.pass();  // a minute's worth
        });
        gate.shut(from_ms(1));
        waiting.join();
        CHECK_FALSE(went);
    }
}

TEST_CASE("a gate keeps its pace over all threads", "[sync]") {
    Gate gate{100};
    std::atomic<int> passed{0};
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 50; ++n) passed += gate.pass() ? 1 : 0;
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(passed == 150);
    // A second's worth at once, then a hundred a second: never faster, on no machine.
    CHECK(std::chrono::steady_clock::now() - begin >= 480ms);
}

}  // namespace gate_test
