// Who tries next to unseal a sealed vault, by a clock of the test's own.
#include "http/unseal_turns.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>

namespace unseal_turns_test {

using namespace rookery;
using namespace rookery::http;
using namespace std::chrono_literals;
using Kind = UnsealInput::Kind;

namespace {

const Bytes ada{192, 0, 2, 1};
const Bytes ben{192, 0, 2, 2};
const Bytes eve{203, 0, 113, 9};

struct Clocked {
    /// Tries for so long; whether there was a turn.
    bool attempt(Kind kind, const Bytes& source, std::chrono::seconds takes, bool good = false) {
        auto turn = turns.begin(kind, source);
        if (!turn) return false;
        now += takes;
        if (good) turn->was_good();
        return true;
    }

    UnsealTurns::Time now{};
    UnsealTurns turns{[this] { return now; }};
};

}  // namespace

TEST_CASE(
    "one attempt to unseal is under way, and the next begins a second after its end", "[http]"
) {
    Clocked at;
    {
        const auto turn = at.turns.begin(Kind::way, ada);
        REQUIRE(turn);
        at.now += 9s;
        CHECK(at.turns.begin(Kind::way, ben).error().code == Errc::rate_limited);
    }
    at.now += 999ms;
    CHECK(at.turns.begin(Kind::way, ben).error().code == Errc::rate_limited);
    at.now += 1ms;
    CHECK(at.turns.begin(Kind::way, ben));
}

TEST_CASE("shares wait for no passphrase", "[http]") {
    Clocked at;
    const auto long_one = at.turns.begin(Kind::way, eve);
    REQUIRE(long_one);
    CHECK(at.attempt(Kind::share, ada, 0s, true));
    at.now += 1s;
    CHECK(at.attempt(Kind::share, ada, 0s, true));
}

TEST_CASE("who was refused lets others try, and who was not need not", "[http]") {
    Clocked at;
    CHECK(at.attempt(Kind::way, eve, 9s));
    at.now += 1s;
    CHECK_FALSE(at.attempt(Kind::way, eve, 9s));
    CHECK(at.attempt(Kind::way, ada, 9s));  // from 10 to 19
    at.now += 7s;
    CHECK_FALSE(at.attempt(Kind::way, eve, 9s));
    at.now += 1s;  // twice nine seconds after the ninth
    CHECK(at.attempt(Kind::way, eve, 9s));

    CHECK(at.attempt(Kind::share, eve, 0s));
    at.now += 4s;
    CHECK_FALSE(at.attempt(Kind::share, eve, 0s));
    CHECK(at.attempt(Kind::share, ben, 0s, true));
    at.now += 1s;
    CHECK(at.attempt(Kind::share, eve, 0s));
}

TEST_CASE("two who try without end leave half of the turns to a third", "[http]") {
    Clocked at;
    int got_in = 0;
    for (int second = 0; second < 60; ++second, at.now += 1s) {
        at.attempt(Kind::share, eve, 0s);
        at.attempt(Kind::share, ben, 0s);
        if (at.attempt(Kind::share, ada, 0s, true)) ++got_in;
    }
    CHECK(got_in >= 30);
}

TEST_CASE("the addresses of one network of IPv6 are one source", "[http]") {
    Peer one;
    one.address = Bytes(16, 0x20);
    auto two = one;
    two.address.back() = 1;
    CHECK(source_of(one) == source_of(two));
    two.address[7] = 1;
    CHECK(source_of(one) != source_of(two));
    Peer four;
    four.address = ada;
    CHECK(source_of(four) == ada);
    Bytes inside(16, 0);
    inside[10] = inside[11] = 0xff;
    std::ranges::copy(ada, inside.begin() + 12);
    four.address = inside;
    CHECK(source_of(four) == inside);
}

TEST_CASE("no more sources are remembered than there is room for", "[http]") {
    Clocked at;
    for (std::size_t i = 0; i < UnsealTurns::sources_max + 10; ++i) {
        const Bytes source{10, 0, static_cast<std::uint8_t>(i >> 8U), static_cast<std::uint8_t>(i)};
        CHECK(at.attempt(Kind::way, source, 10000s));
        at.now += 1s;
    }
    CHECK(at.attempt(Kind::way, eve, 1s));
}

}  // namespace unseal_turns_test
