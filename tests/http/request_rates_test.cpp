#include "http/request_rates.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

namespace request_rates_test {

namespace {

using namespace rookery;
using namespace std::chrono_literals;
using http::RequestRates;

const RequestRates::Time start{1'000'000s};

Uuid user(std::uint8_t number) {
    Uuid id;
    id.bytes.front() = number;  // all in one part
    return id;
}

int taken(RequestRates& rates, const Uuid& by, int times, RequestRates::Time now) {
    int out = 0;
    for (int i = 0; i < times; ++i) out += rates.take(by, now) ? 0 : 1;
    return out;
}

}  // namespace

TEST_CASE(
    "a user may make as many requests at once as a window holds, and not one more", "[http]"
) {
    RequestRates rates{{.requests_max = 7, .window = 10s}};
    CHECK(taken(rates, user(1), 7, start) == 7);
    CHECK(rates.take(user(1), start));
    CHECK(taken(rates, user(2), 100, start) == 7);
}

TEST_CASE("requests come back as the window passes, and never more than it holds", "[http]") {
    RequestRates rates{{.requests_max = 10, .window = 100s}};
    CHECK(taken(rates, user(1), 20, start) == 10);
    CHECK(taken(rates, user(1), 20, start + 9s) == 0);
    CHECK(taken(rates, user(1), 20, start + 30s) == 3);
    CHECK(taken(rates, user(1), 20, start + 130s) == 10);
    CHECK(taken(rates, user(1), 20, start + 10'000s) == 10);
}

TEST_CASE("who waits as long as he is told is let in, a second earlier he is not", "[http]") {
    RequestRates rates{{.requests_max = 3, .window = 60s}};
    CHECK(taken(rates, user(1), 3, start) == 3);
    const auto wait = rates.take(user(1), start + 500ms);
    REQUIRE(wait);
    CHECK(*wait == 20s);
    CHECK(rates.take(user(1), start + 500ms + *wait - 1s));
    CHECK_FALSE(rates.take(user(1), start + 500ms + *wait));
}

TEST_CASE("what was refused costs nothing", "[http]") {
    RequestRates rates{{.requests_max = 2, .window = 20s}};
    CHECK(taken(rates, user(1), 1000, start) == 2);
    CHECK_FALSE(rates.take(user(1), start + 10s));
}

TEST_CASE("a wait is at least a second", "[http]") {
    RequestRates rates{{.requests_max = 1000, .window = 1s}};
    CHECK(taken(rates, user(1), 1000, start) == 1000);
    CHECK(rates.take(user(1), start) == 1s);
}

TEST_CASE("users beyond those that are remembered share what one may have", "[http]") {
    RequestRates rates{{.requests_max = 5, .window = 50s, .users_max = 32}};  // two in a part
    CHECK(taken(rates, user(1), 1, start) == 1);
    CHECK(taken(rates, user(2), 5, start) == 5);
    CHECK(taken(rates, user(3), 3, start) == 3);
    CHECK(taken(rates, user(4), 5, start) == 2);
    // Those who have been idle for long enough make place, and those who have not keep theirs.
    CHECK(taken(rates, user(5), 5, start + 20s) == 5);
    CHECK(taken(rates, user(2), 5, start + 20s) == 2);
}

TEST_CASE("what is paced is never refused, and waits until its share has come back", "[http]") {
    RequestRates rates{{.requests_max = 10, .window = 1s}};
    for (int i = 0; i < 10; ++i) CHECK(rates.pace(user(1), start, 1s) == 0ns);
    CHECK(rates.pace(user(1), start, 1s) == 100ms);
    CHECK(rates.pace(user(1), start, 1s) == 200ms);
    CHECK(rates.pace(user(2), start, 1s) == 0ns);
    CHECK(rates.pace(user(1), start + 1300ms, 1s) == 0ns);
}

TEST_CASE("nobody is kept waiting for longer than is said", "[http]") {
    RequestRates rates{{.requests_max = 10, .window = 1s}};
    for (int i = 0; i < 1000; ++i) CHECK(rates.pace(user(1), start, 500ms) <= 500ms);
    CHECK(rates.pace(user(1), start, 500ms) == 500ms);
    CHECK(rates.pace(user(1), start + 1600ms, 500ms) == 0ns);
}

TEST_CASE("several threads take no more than there is", "[http]") {
    RequestRates rates{{.requests_max = 1000, .window = 3600s}};
    std::atomic<int> all{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] { all += taken(rates, user(1), 500, start); });
    }
    for (auto& thread : threads) thread.join();
    CHECK(all == 1000);
}

}  // namespace request_rates_test
