#include "crypto/key_uses.hpp"

#include "crypto/record_sealer.hpp"
#include "crypto/support.hpp"

namespace key_uses_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

/// As an opening has it: all that the keyring has reserved counts as used, and one lease is written.
struct Leased {
    explicit Leased(std::uint64_t reserved = 0) : uses(reserved, [this] { ++rung; }) {
        uses.extend(uses.next_reservation());
    }

    int rung = 0;
    KeyUses uses;
};

}  // namespace

TEST_CASE("a key is used as often as its lease says, and no more", "[crypto]") {
    Leased of;
    CHECK(of.uses.reserved() == KeyUses::lease);
    for (std::uint64_t i = 0; i < KeyUses::lease; ++i) REQUIRE(of.uses.take());
    const auto refused = of.uses.take();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unavailable);
    CHECK(of.uses.used() == KeyUses::lease);
    of.uses.extend(of.uses.next_reservation());
    CHECK(of.uses.take());
}

TEST_CASE("the next lease is asked for when half of the last one is used, not before", "[crypto]") {
    Leased of;
    for (std::uint64_t i = 0; i < KeyUses::lease / 2; ++i) REQUIRE(of.uses.take());
    CHECK(of.rung == 0);
    CHECK_FALSE(of.uses.is_low());
    REQUIRE(of.uses.take());
    CHECK(of.rung == 1);
    CHECK(of.uses.is_low());
    of.uses.extend(of.uses.next_reservation());
    CHECK(of.uses.reserved() == of.uses.used() + KeyUses::lease);
    REQUIRE(of.uses.take());
    CHECK(of.rung == 1);
}

TEST_CASE("after a restart all that was reserved counts as used", "[crypto]") {
    Leased before;
    REQUIRE(before.uses.take());
    const Leased after(before.uses.reserved());
    CHECK(after.uses.used() == before.uses.reserved());
    CHECK(after.uses.used() > before.uses.used());
    CHECK(after.uses.reserved() == 2 * KeyUses::lease);
}

TEST_CASE("a reservation never becomes smaller", "[crypto]") {
    Leased of;
    of.uses.extend(7);
    CHECK(of.uses.reserved() == KeyUses::lease);
    CHECK(of.uses.next_reservation() >= of.uses.reserved());
}

TEST_CASE("at its limit a key wraps nothing more, and nobody asks for another lease", "[crypto]") {
    Leased of(KeyUses::hard_limit - 1);
    CHECK(of.uses.reserved() == KeyUses::hard_limit);
    CHECK(of.uses.take());
    const auto refused = of.uses.take();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::restricted);
    CHECK_FALSE(of.uses.is_low());
    CHECK(of.rung == 0);
    CHECK(of.uses.next_reservation() == KeyUses::hard_limit);
}

TEST_CASE(
    "each data key that is made or wrapped anew is a use, and none is made without", "[crypto]"
) {
    const auto ring = counting_keyring();
    CountingRandom random;
    Leased of(KeyUses::hard_limit - 2);
    const RecordSealer sealer(ring, random, Bucket::small, &of.uses);
    const auto made = value(sealer.new_dek("twitter_user", record_id, 1, 1));
    CHECK(sealer.wrap(made.key, "twitter_user", record_id, 1, 1));
    CHECK_FALSE(sealer.new_dek("twitter_user", record_id, 2, 2));
    CHECK_FALSE(sealer.wrap(made.key, "twitter_user", record_id, 1, 2));
    // What there is opens all the same.
    CHECK(sealer.unwrap("twitter_user", record_id, 1, 0, made.wrapped));
}

}  // namespace key_uses_test
