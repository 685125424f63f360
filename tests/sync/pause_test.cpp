#include "sync/pause.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace pause_test {

using namespace rookery;
using namespace rookery::sync;
using namespace std::chrono_literals;

namespace {

/// Always draws 60,000: of a minute's milliseconds the last, of shorter times some.
class Same final : public Random {
 public:
    void fill(std::span<std::uint8_t> out) override {
        std::ranges::fill(out, std::uint8_t{0});
        out[2] = 0xEA;
        out[3] = 0x60;
    }
};

struct Fixture {
    [[nodiscard]] std::chrono::milliseconds wait() const {
        return gate.shut_until().value_or(clock.now()) - clock.now();
    }

    /// Until the time of the pause is over and somebody looked.
    void sit_out() {
        clock.advance(wait());
        pause.watch(true);
    }

    ManualClock clock{from_ms(1'800'000'000'000)};
    Same random;
    Gate gate{1000};
    messages::SyncMonitor monitor{"https://far.example"};
    std::vector<std::string> log;
    Pause pause{gate, monitor, clock, random, [this](std::string_view event, std::string_view why) {
                    log.push_back(std::string{event} + ": " + std::string{why});
                }};
};

using Log = std::vector<std::string>;

}  // namespace

TEST_CASE("a pause is as long as it was asked for, and is told when it begins and ends", "[sync]") {
    Fixture f;
    f.pause.begin("busy", 17s);
    CHECK_FALSE(f.gate.pass());
    CHECK(f.monitor.state().paused_why == "busy");
    CHECK(f.monitor.state().paused_until == f.clock.now() + 17s);
    f.clock.advance(16s);
    f.pause.watch(true);
    CHECK_FALSE(f.gate.pass());
    f.clock.advance(1s);
    f.pause.watch(true);
    CHECK(f.gate.pass());
    CHECK_FALSE(f.monitor.state().paused_until);
    CHECK(f.log == Log{"sync-paused: busy", "sync-resumed: "});
}

TEST_CASE(
    "what several threads find in one moment is one trouble, and the longest pause counts", "[sync]"
) {
    Fixture f;
    f.pause.begin("busy", 5s);
    f.pause.begin("gone", 9s);
    f.pause.begin("busy", 2s);
    CHECK(f.wait() == 9s);
    CHECK(f.log == Log{"sync-paused: busy"});
}

TEST_CASE("pauses grow without a word of the organization, until something goes over", "[sync]") {
    Fixture f;
    std::chrono::milliseconds longest{0};
    for (int i = 0; i < 8; ++i) {
        f.pause.begin("no answer");
        longest = std::max(longest, f.wait());
        f.sit_out();
    }
    CHECK(longest == 60s);
    f.pause.forget_troubles();
    f.pause.begin("no answer");
    CHECK(f.wait() <= 1s);
}

TEST_CASE("an organization that asks for no time at all is believed three times", "[sync]") {
    Fixture f;
    for (int i = 0; i < 3; ++i) {
        f.pause.begin("busy", 0s);
        CHECK(f.wait() == 0s);
        f.sit_out();
    }
    f.pause.begin("busy", 0s);
    CHECK(f.wait() > 0s);
}

TEST_CASE("a pause for a disabled user ends with that, and nobody ends it before", "[sync]") {
    Fixture f;
    f.pause.watch(false);
    f.pause.end_early();
    f.clock.advance(1h);
    f.pause.watch(false);
    CHECK_FALSE(f.gate.pass());
    f.pause.watch(true);
    CHECK(f.gate.pass());
    CHECK(f.log == Log{"sync-paused: the user Rookery Sync is disabled", "sync-resumed: "});
}

TEST_CASE("somebody who says go ends a pause, and where there is none nothing is told", "[sync]") {
    Fixture f;
    f.pause.end_early();
    CHECK(f.log.empty());
    f.pause.begin("busy", 600s);
    f.pause.end_early();
    CHECK(f.gate.pass());
    CHECK(f.log == Log{"sync-paused: busy", "sync-resumed: "});
}

}  // namespace pause_test
