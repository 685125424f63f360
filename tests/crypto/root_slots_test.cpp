#include "crypto/root_slots.hpp"

#include "crypto/passphrase_slot.hpp"
#include "crypto/support.hpp"

namespace root_slots_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

constexpr std::string_view words = "correct horse battery staple";

SecretBytes passphrase(std::string_view text = words) { return SecretBytes::copy_of(text); }

template <class T>
Errc error_of(const Result<T>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().code;
}

const Keyring& keyring() {
    static const auto ring = counting_keyring();
    return ring;
}

/// The file of the first set.
Bytes file_of(const RootSlots& slots) { return slots.serialise(keyring(), 1); }

RootSlots with_key_file() {
    RootSlots slots(vault_id);
    CountingRandom random;
    REQUIRE(slots.add(root_key(), 1, *key_file(), "usb", random, epoch_2026));
    return slots;
}

/// One passphrase slot at floor cost, made once: hashing takes a tenth of a second.
const Bytes& passphrase_file() {
    static const Bytes file = [] {
        RootSlots slots(vault_id);
        CountingRandom random;
        REQUIRE(slots.add(
            root_key(),
            7,
            *passphrase_offer(passphrase(), passphrase_cost_floor),
            "safe",
            random,
            epoch_2026
        ));
        return file_of(slots);
    }();
    return file;
}

/// Number of the set, version of the key, tag: what no slot's seal is over.
constexpr std::size_t trailer_bytes = 8 + 4 + 32;

// Offsets in a file with one passphrase slot labelled "safe".
constexpr std::size_t slot_at = 1 + 2 + 4;
constexpr std::size_t params_at = slot_at + 1 + 1 + 2 + 4 + 8 + 2 + 4 + 2;
constexpr std::size_t ops_at = params_at + 1;
constexpr std::size_t mem_at = ops_at + 4;
constexpr std::size_t salt_at = mem_at + 8;

}  // namespace

TEST_CASE("slot keys agree with the vector", "[crypto]") {
    const auto secret = SlotSecret::copy_of(span_of(0, 32));
    CHECK(
        to_hex(bytes_in(derive_slot_key(secret, "sv1.slot.pass", vault_id, 1))) ==
        "53886ce64cdeeb643c5b234b23c0a6cf27cee5bf4530b9d1e89729a963eab908"
    );
    CHECK(
        to_hex(bytes_in(derive_slot_key(secret, "sv1.slot.file", vault_id, 2))) ==
        "a6ad34f8d96237644d819e90acb5ec89436d49e39f71d9af6e015d093d49da79"
    );
}

TEST_CASE("a weak passphrase makes no slot", "[crypto]") {
    RootSlots slots(vault_id);
    CountingRandom random;
    CHECK(
        error_of(slots.add(
            root_key(),
            1,
            *passphrase_offer(passphrase("short"), passphrase_cost_floor),
            "",
            random,
            epoch_2026
        )) == Errc::invalid_argument
    );
    CHECK(
        error_of(slots.add(
            root_key(),
            1,
            *passphrase_offer(passphrase(), PassphraseCost{2, 64U << 20}),
            "",
            random,
            epoch_2026
        )) == Errc::out_of_range
    );
    CHECK(slots.slots().empty());
}

TEST_CASE("each slot opens the root key with its own secret", "[crypto]") {
    auto slots = RootSlots::parse(passphrase_file(), vault_id);
    REQUIRE(slots);
    CountingRandom random(99);
    const auto second = slots->add(root_key(), 7, *key_file(), "usb", random, epoch_2026);
    REQUIRE(second);
    CHECK(*second == 2);
    const auto back = RootSlots::parse(file_of(*slots), vault_id);
    REQUIRE(back);
    REQUIRE(back->slots().size() == 2);
    CHECK(back->slots()[0].label == "safe");
    CHECK(back->slots()[0].created == epoch_2026);
    const auto by_passphrase = back->open(*passphrase_offer(passphrase()));
    REQUIRE(by_passphrase);
    CHECK(by_passphrase->generation == 7);
    CHECK(by_passphrase->slot == 1);
    CHECK(bytes_in(by_passphrase->key) == span_of(0, 32));
    const auto by_file = back->open(*key_file());
    REQUIRE(by_file);
    CHECK(by_file->slot == 2);
    CHECK(bytes_in(by_file->key) == span_of(0, 32));
}

TEST_CASE("a wrong secret is told apart from a damaged slot", "[crypto]") {
    const auto slots = RootSlots::parse(passphrase_file(), vault_id);
    const auto wrong = slots->open(*passphrase_offer(passphrase("correct horse battery stapler")));
    CHECK(error_of(wrong) == Errc::wrong_secret);
    CHECK_FALSE(wrong.error().hint.empty());
    CHECK(error_of(slots->open(*passphrase_offer({}))) == Errc::wrong_secret);
    CHECK(error_of(slots->open(*passphrase_offer(passphrase("short")))) == Errc::wrong_secret);
    const auto files = with_key_file();
    CHECK(error_of(files.open(*key_file(0x41))) == Errc::wrong_secret);
    CHECK(error_of(files.open(*passphrase_offer(passphrase()))) == Errc::not_found);
    CHECK(error_of(slots->open(*key_file())) == Errc::not_found);
}

TEST_CASE("a slot opens only in its vault", "[crypto]") {
    const auto moved = RootSlots::parse(file_of(with_key_file()), other_vault);
    REQUIRE(moved);
    CHECK(error_of(moved->open(*key_file())) == Errc::wrong_secret);
}

TEST_CASE("no flipped bit of a slot file opens a root key", "[crypto]") {
    const auto file = file_of(with_key_file());
    std::size_t opened = 0;
    for (std::size_t bit = 0; bit < (file.size() - trailer_bytes) * 8; ++bit) {
        auto changed = file;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
        const auto slots = RootSlots::parse(changed, vault_id);
        opened += slots && slots->open(*key_file());
    }
    CHECK(opened == 0);
}

TEST_CASE("a slot file of any other length is refused", "[crypto]") {
    auto file = file_of(with_key_file());
    std::size_t accepted = 0;
    for (std::size_t size = 0; size < file.size(); ++size) {
        accepted += RootSlots::parse(ByteView{file}.first(size), vault_id).has_value();
    }
    file.push_back(0);
    accepted += RootSlots::parse(file, vault_id).has_value();
    CHECK(accepted == 0);
}

TEST_CASE("a changed cost is refused before any hashing", "[crypto]") {
    auto file = passphrase_file();
    SECTION("operations above the ceiling") { file[ops_at + 3] = 17; }
    SECTION("operations beyond all bounds") { file[ops_at] = 0xFF; }
    SECTION("operations below the floor") { file[ops_at + 3] = 2; }
    SECTION("memory above the ceiling") { file[mem_at + 3] = 2; }
    SECTION("memory beyond all bounds") { file[mem_at] = 0xFF; }
    SECTION("memory below the floor") { file[mem_at + 4] = 1; }
    const auto slots = RootSlots::parse(file, vault_id);
    REQUIRE(slots);
    CHECK(error_of(slots->open(*passphrase_offer(passphrase()))) == Errc::out_of_range);
}

TEST_CASE("a changed salt, cost within bounds or generation does not open", "[crypto]") {
    auto file = passphrase_file();
    auto expected = Errc::wrong_secret;
    SECTION("salt") { file[salt_at] ^= 1; }
    SECTION("one more pass") { file[ops_at + 3] = 4; }
    SECTION("older root generation") {
        file[slot_at + 7] = 6;
        expected = Errc::integrity;
    }
    SECTION("label") {
        file[params_at - 3] ^= 1;
        expected = Errc::integrity;
    }
    const auto slots = RootSlots::parse(file, vault_id);
    REQUIRE(slots);
    CHECK(error_of(slots->open(*passphrase_offer(passphrase()))) == expected);
}

TEST_CASE("a damaged slot does not keep another from opening", "[crypto]") {
    auto slots = with_key_file();
    CountingRandom random(50);
    REQUIRE(slots.add(root_key(), 1, *key_file(), "spare", random, epoch_2026));
    auto file = file_of(slots);
    file[3 + 4 + 7] ^= 0x40;  // the first slot's root generation
    const auto damaged = RootSlots::parse(file, vault_id);
    REQUIRE(damaged);
    const auto opened = damaged->open(*key_file());
    REQUIRE(opened);
    CHECK(opened->slot == 2);
}

TEST_CASE("slots of another format or kind are refused as newer", "[crypto]") {
    auto file = file_of(with_key_file());
    SECTION("file format") { file[0] = 3; }
    SECTION("slot format") { file[slot_at] = 2; }
    SECTION("the next one") { file[slot_at + 1] = 7; }
    SECTION("unheard of") { file[slot_at + 1] = 200; }
    CHECK(error_of(RootSlots::parse(file, vault_id)) == Errc::newer_format);
}

TEST_CASE("a malformed slot file is refused", "[crypto]") {
    auto file = file_of(with_key_file());
    SECTION("file format 0") { file[0] = 0; }
    SECTION("slot format 0") { file[slot_at] = 0; }
    SECTION("slot type 0") { file[slot_at + 1] = 0; }
    SECTION("slot id 0") { file[slot_at + 3] = 0; }
    SECTION("too many slots") { file[1] = 1; }
    SECTION("a slot counted that is not there") { file[2] = 2; }
    SECTION("huge slot") { file[3] = 0xFF; }
    SECTION("a passphrase's type with a key file's parameters") { file[slot_at + 1] = 1; }
    SECTION("label that is not UTF-8") { file[slot_at + 18] = 0xFF; }
    CHECK(error_of(RootSlots::parse(file, vault_id)) == Errc::integrity);
}

TEST_CASE("two slots of one id are refused", "[crypto]") {
    auto slots = with_key_file();
    CountingRandom random;
    REQUIRE(slots.add(root_key(), 1, *key_file(1), "usb", random, epoch_2026));
    auto file = file_of(slots);
    const auto one = file_of(with_key_file()).size() - 3 - trailer_bytes;
    file[3 + one + 4 + 3] = 1;
    CHECK(error_of(RootSlots::parse(file, vault_id)) == Errc::integrity);
}

TEST_CASE("a removed slot is gone, and the last one stays", "[crypto]") {
    auto slots = with_key_file();
    CountingRandom random(50);
    CHECK(error_of(slots.remove(1)) == Errc::bad_state);
    REQUIRE(slots.add(root_key(), 1, *key_file(1), "spare", random, epoch_2026));
    CHECK(error_of(slots.remove(3)) == Errc::not_found);
    REQUIRE(slots.remove(1));
    CHECK(error_of(slots.open(*key_file())) == Errc::wrong_secret);
    CHECK(slots.open(*key_file(1)));
    // Ids are not used again: an old slot row can never stand for a new one.
    CHECK(*slots.add(root_key(), 1, *key_file(2), "next", random, epoch_2026) == 3);
}

TEST_CASE("a label has at most 64 bytes of UTF-8, and a file at most 64 slots", "[crypto]") {
    RootSlots slots(vault_id);
    CountingRandom random;
    const auto add = [&](std::string_view label) {
        return slots.add(root_key(), 1, *key_file(), label, random, epoch_2026);
    };
    CHECK(error_of(add(std::string(65, 'x'))) == Errc::invalid_argument);
    CHECK(error_of(add("\xFF")) == Errc::invalid_argument);
    for (int i = 0; i < 64; ++i) REQUIRE(add(std::string(64, 'x')));
    CHECK(error_of(add("")) == Errc::out_of_range);
    CHECK(RootSlots::parse(file_of(slots), vault_id));
}

TEST_CASE("the file of a set of slots agrees with a second implementation", "[crypto]") {
    // tests/vectors/row_tag.py
    CHECK(
        to_hex(RootSlots(vault_id).serialise(keyring(), 3)) ==
        "020000000000000000000300000001e982e6c94b4daf5a996d055f82ac0f54ba1d78026ea8038a25b6afd393ca"
        "ddc1"
    );
}

TEST_CASE("the set that the keyring names is the current one", "[crypto]") {
    const auto slots = RootSlots::parse(file_of(with_key_file()), vault_id);
    REQUIRE(slots);
    const auto set = slots->check(keyring());
    REQUIRE(set);
    CHECK(*set == RootSlots::Set::current);
}

TEST_CASE("a flipped bit anywhere in a set of slots breaks its tag", "[crypto]") {
    const auto file = file_of(with_key_file());
    std::size_t accepted = 0;
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        auto changed = file;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
        const auto slots = RootSlots::parse(changed, vault_id);
        accepted += slots && slots->check(keyring());
    }
    CHECK(accepted == 0);
}

TEST_CASE("a set of slots with one taken out, added, or exchanged is refused", "[crypto]") {
    auto slots = with_key_file();
    CountingRandom random(50);
    REQUIRE(slots.add(root_key(), 1, *key_file(1), "spare", random, epoch_2026));
    const auto file = file_of(slots);
    REQUIRE(RootSlots::parse(file, vault_id)->check(keyring()));
    const auto one = file_of(with_key_file());
    const auto one_slot = one.size() - 3 - trailer_bytes;

    Bytes changed;
    SECTION("taken out") {
        changed = one;
        std::copy(file.end() - trailer_bytes, file.end(), changed.end() - trailer_bytes);
    }
    SECTION("added") {
        changed = file;
        std::copy(one.end() - trailer_bytes, one.end(), changed.end() - trailer_bytes);
    }
    SECTION("exchanged") {
        RootSlots other(vault_id);
        CountingRandom others(90);
        REQUIRE(other.add(root_key(), 1, *key_file(), "usb", others, epoch_2026));
        const auto theirs = file_of(other);
        REQUIRE(theirs.size() == one.size());
        changed = file;
        std::copy_n(theirs.begin() + 3, one_slot, changed.begin() + 3);
    }
    const auto parsed = RootSlots::parse(changed, vault_id);
    REQUIRE(parsed);
    const auto refused = parsed->check(keyring());
    CHECK(error_of(refused) == Errc::integrity);
    CHECK_FALSE(refused.error().hint.empty());
}

TEST_CASE("an older set that was put back is refused once the keyring names the next", "[crypto]") {
    const auto old = RootSlots::parse(with_key_file().serialise(keyring(), 1), vault_id);
    const auto moved = keyring().with_next_slot_set();
    CHECK(moved.epoch() == keyring().epoch() + 1);
    CHECK(moved.slot_set() == 2);
    CHECK(error_of(old->check(moved)) == Errc::integrity);
    const auto newer = RootSlots::parse(with_key_file().serialise(moved, 2), vault_id);
    CHECK(*newer->check(moved) == RootSlots::Set::current);
}

TEST_CASE(
    "the set after the keyring's is a change that was cut off, and the one after that is none",
    "[crypto]"
) {
    const auto with_set = [](std::uint64_t set) {
        return *RootSlots::parse(with_key_file().serialise(keyring(), set), vault_id);
    };
    CHECK(*with_set(2).check(keyring()) == RootSlots::Set::next);
    CHECK(error_of(with_set(3).check(keyring())) == Errc::integrity);
    CHECK(error_of(with_set(0).check(keyring())) == Errc::integrity);
    CHECK(error_of(with_set(UINT64_MAX).check(keyring())) == Errc::integrity);
}

TEST_CASE("a set of slots belongs to one vault", "[crypto]") {
    const auto moved = RootSlots::parse(file_of(with_key_file()), other_vault);
    const auto other = counting_keyring(other_vault);
    CHECK(error_of(moved->check(other)) == Errc::integrity);
    CHECK(error_of(moved->check(keyring())) == Errc::integrity);
}

TEST_CASE(
    "a file of format 1, which had no tag, opens its slots and is no set of any keyring", "[crypto]"
) {
    auto file = file_of(with_key_file());
    file[0] = 1;
    CHECK(
        error_of(RootSlots::parse(file, vault_id)) == Errc::integrity
    );  // it ended with its slots
    file.resize(file.size() - trailer_bytes);
    const auto slots = RootSlots::parse(file, vault_id);
    REQUIRE(slots);
    CHECK(slots->open(*key_file()));
    CHECK(error_of(slots->check(keyring())) == Errc::integrity);
    // Written anew it is.
    CHECK(RootSlots::parse(slots->serialise(keyring(), 1), vault_id)->check(keyring()));
}

TEST_CASE("a set is checked under the key that tagged it, as long as that may check", "[crypto]") {
    CountingRandom random(9);
    const auto file = file_of(with_key_file());
    const auto slots = RootSlots::parse(file, vault_id);
    const auto added = keyring().with_new_key(Purpose::slots, random, epoch_2026);
    const auto rotated = added->with_active(Purpose::slots, 2, epoch_2026);
    REQUIRE(rotated);
    CHECK(slots->check(*rotated));
    const auto pending =
        rotated->with_state(Purpose::slots, 1, KeyState::destroy_pending, epoch_2026);
    REQUIRE(pending);
    CHECK(error_of(slots->check(*pending)) == Errc::integrity);
    const auto newer = RootSlots::parse(with_key_file().serialise(*rotated, 1), vault_id);
    CHECK(newer->check(*pending));
    CHECK(error_of(newer->check(*added)) == Errc::integrity);  // its key is not active yet
}

}  // namespace root_slots_test
