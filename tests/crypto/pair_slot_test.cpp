// Slots that two secrets of different kinds open together, and neither alone.
#include "crypto/pair_slot.hpp"

#include "crypto/hash.hpp"
#include "crypto/key_file_slot.hpp"
#include "crypto/passphrase_slot.hpp"
#include "crypto/root_slots.hpp"
#include "crypto/slot_kinds.hpp"
#include "crypto/support.hpp"

namespace pair_slot_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

struct Pairs {
    [[nodiscard]] std::unique_ptr<SlotOffer> file(int which = 0) const {
        SystemRandom random;
        auto offer = key_file_offer(folder.file("key" + std::to_string(which)));
        REQUIRE(offer->prepare(random));
        return offer;
    }

    [[nodiscard]] static std::unique_ptr<SlotOffer> words(int which = 0) {
        return passphrase_offer(
            SecretBytes::copy_of("correct horse battery staple " + std::to_string(which)),
            passphrase_cost_floor
        );
    }

    [[nodiscard]] std::unique_ptr<SlotOffer> both(int of_file = 0, int of_words = 0) const {
        auto offer = pair_offer(file(of_file), words(of_words));
        REQUIRE(offer);
        return std::move(*offer);
    }

    TempFolder folder;
};

template <class T>
Errc code_of(const Result<T>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().code;
}

}  // namespace

TEST_CASE(
    "a pair opens with both of its secrets in any order, and with neither alone", "[crypto]"
) {
    const Pairs pairs;
    SystemRandom random;
    RootSlots slots(vault_id);
    REQUIRE(slots.add(root_key(), 7, *pairs.both(), "pair", random, epoch_2026));
    CHECK(slots.open(*pairs.both()));
    auto turned = pair_offer(Pairs::words(), pairs.file());
    REQUIRE(turned);
    CHECK(slots.open(**turned));
    CHECK(code_of(slots.open(*pairs.file())) == Errc::not_found);
    CHECK(code_of(slots.open(*Pairs::words())) == Errc::not_found);
}

TEST_CASE("which of two secrets is wrong is not told", "[crypto]") {
    const Pairs pairs;
    SystemRandom random;
    RootSlots slots(vault_id);
    REQUIRE(slots.add(root_key(), 7, *pairs.both(), "pair", random, epoch_2026));
    const auto file = slots.open(*pairs.both(1, 0));
    const auto words = slots.open(*pairs.both(0, 1));
    REQUIRE_FALSE((file || words));
    CHECK(file.error().code == Errc::wrong_secret);
    CHECK(file.error().message == words.error().message);
    CHECK(file.error().hint == words.error().hint);
}

TEST_CASE("a pair is of two kinds, and of none that is more than one secret", "[crypto]") {
    const Pairs pairs;
    CHECK(code_of(pair_offer(pairs.file(0), pairs.file(1))) == Errc::usage);
    CHECK(code_of(pair_offer(pairs.both(), Pairs::words())) == Errc::usage);
    SlotGiven shares;
    shares.word = "2/3";
    shares.path = pairs.folder.file("shares");
    auto of_shares = share_slot.offer(std::move(shares));
    REQUIRE(of_shares);
    CHECK(code_of(pair_offer(std::move(*of_shares), Pairs::words())) == Errc::usage);
    CHECK_FALSE(std::filesystem::exists(pairs.folder.file("shares")));
}

TEST_CASE("params of a pair name two kinds in order, and each has its own form", "[crypto]") {
    const Pairs pairs;
    SystemRandom random;
    const auto good = pairs.both()->new_params(random);
    REQUIRE(good);
    CHECK(pair_slot.check_params(*good));
    for (const int type : {0, 2, 3, 6, 7, 255}) {
        CAPTURE(type);
        auto changed = *good;
        changed.front() = static_cast<std::uint8_t>(type);
        CHECK(code_of(pair_slot.check_params(changed)) == Errc::integrity);
    }
    ByteWriter turned;
    const auto words = ByteView{*good}.subspan(3, 29);
    turned.u8(2).lp(ByteView{}).u8(1).lp(words);
    CHECK(code_of(pair_slot.check_params(std::move(turned).take())) == Errc::integrity);
}

TEST_CASE("the secret of a pair is the second one hashed under the first", "[crypto]") {
    const Pairs pairs;
    SystemRandom random;
    const auto params = pairs.both()->new_params(random);
    REQUIRE(params);
    const auto both = pairs.both();
    const auto file = pairs.file();
    const auto words = Pairs::words();
    const auto secret_of = both->read();
    const auto of_file = file->read();
    const auto of_words = words->read();
    REQUIRE((secret_of && of_file && of_words));
    const auto pair = (*secret_of)(vault_id, *params);
    const auto a = (*of_words)(vault_id, ByteView{*params}.subspan(3, 29));
    const auto b = (*of_file)(vault_id, {});
    REQUIRE((pair && a && b));
    const auto expected = b->expose([&](ByteView bytes) {
        return KeyedHash(*a).lp("sv1.slot.and").bytes(bytes).key<SlotSecret>();
    });
    CHECK(bytes_in(*pair) == bytes_in(expected));
}

}  // namespace pair_slot_test
