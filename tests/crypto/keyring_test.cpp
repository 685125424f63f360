#include "crypto/keyring.hpp"

#include "crypto/context.hpp"
#include "crypto/hash.hpp"
#include "crypto/sealed_object.hpp"
#include "crypto/support.hpp"

namespace keyring_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

RingKey ring_key(const RootKey& root) { return KeyedHash(root).lp("sv1.keyring").key<RingKey>(); }

struct RawEntry {
    std::uint8_t purpose = 1;
    std::uint32_t version = 1;
    std::uint8_t state = 2;
    std::uint8_t flags = 0;
    Bytes key = {};
    bool wrong_id = false;
};

RawEntry raw(std::uint8_t purpose, std::uint32_t version, std::uint8_t state) {
    const auto first = static_cast<std::uint8_t>(purpose * 16U + version);
    return {purpose, version, state, 0, state == 6 ? Bytes{} : span_of(first, 32)};
}

std::vector<RawEntry> one_active_each() {
    std::vector<RawEntry> out;
    for (std::uint8_t purpose = 1; purpose <= 10; ++purpose) out.push_back(raw(purpose, 1, 2));
    return out;
}

struct RawRing {
    std::string_view magic = "SVKR";
    std::uint8_t format = 2;
    std::uint64_t inner_epoch = 4;
    std::uint64_t outer_epoch = 4;
    Uuid inner_vault = vault_id;
    std::uint64_t slot_set = 1;  // not in format 1
    std::vector<RawEntry> entries = one_active_each();
    std::optional<std::uint32_t> count = {};
    Bytes trailing = {};
    std::uint64_t uses_reserved = 65536;
};

/// A keyring file with a valid seal over whatever `ring` says.
Bytes file_of(const RawRing& ring) {
    ByteWriter plain;
    plain.text(ring.magic).u8(ring.format).u64(ring.inner_epoch).bytes(ring.inner_vault.bytes);
    if (ring.format != 1) plain.u64(ring.slot_set);
    plain.u32(ring.count.value_or(static_cast<std::uint32_t>(ring.entries.size())));
    for (const auto& e : ring.entries) {
        auto id = e.key.empty() ? KeyId{} : key_id(e.key);
        if (e.wrong_id) id[0] ^= 1;
        plain.u8(e.purpose).u32(e.version).u8(e.state).u8(e.flags).bytes(id);
        plain.u64(1000).u64(2000).u64(ring.uses_reserved).lp(e.key);
    }
    plain.bytes(ring.trailing);
    const auto root = root_key();
    const auto sealing = ring_key(root);
    const auto context = keyring_context(vault_id, ring.outer_epoch);
    CountingRandom random;
    ByteWriter out;
    out.u64(ring.outer_epoch);
    out.bytes(seal(
        sealing,
        {.type = ObjectType::keyring, .key = {1, key_id(sealing)}, .context = context.view()},
        plain.view(),
        random
    ));
    return std::move(out).take();
}

Result<Keyring> open_raw(const RawRing& ring) {
    return Keyring::open(file_of(ring), root_key(), 1, vault_id, 0);
}

Errc error_of(const Result<Keyring>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().code;
}

}  // namespace

TEST_CASE("the key that seals the keyring agrees with the vector", "[crypto]") {
    CHECK(
        to_hex(bytes_in(ring_key(root_key()))) ==
        "9617a93181ea780569cabe45d37aaa2ae44a9ac93383a0a7b6025a6bd0ef144d"
    );
}

TEST_CASE("a new keyring has one active key of version 1 for each purpose", "[crypto]") {
    const auto ring = counting_keyring();
    CHECK(ring.epoch() == 1);
    REQUIRE(ring.entries().size() == purpose_count);
    for (std::size_t i = 0; i < purpose_count; ++i) {
        const auto& e = ring.entries()[i];
        CHECK(static_cast<std::size_t>(e.purpose) == i + 1);
        CHECK(e.version == 1);
        CHECK(e.state == KeyState::active);
        CHECK(e.created == epoch_2026);
    }
    CHECK(bytes_in(ring.active<Purpose::record_kek>().key) == span_of(32, 32));
    CHECK(bytes_in(ring.active<Purpose::digest>().key) == span_of(0, 32));
    CHECK(ring.active<Purpose::row>().name == KeyName{1, key_id(span_of(6 * 32, 32))});
    CHECK(ring.find<Purpose::row>(1, KeyUse::check) == &ring.active<Purpose::row>());
    CHECK(ring.find<Purpose::row>(2, KeyUse::check) == nullptr);
    CHECK(ring.find<Purpose::row>(0, KeyUse::check) == nullptr);
}

TEST_CASE("a keyring comes back from its file as it was", "[crypto]") {
    CountingRandom random(77);
    const auto added = counting_keyring().with_new_key(Purpose::index, random, epoch_2026);
    REQUIRE(added);
    const auto ring = added->with_active(Purpose::index, 2, epoch_2026)->with_next_slot_set();
    const auto file = ring.seal(root_key(), 3, random);
    const auto back = Keyring::open(file, root_key(), 3, vault_id, 4);
    REQUIRE(back);
    CHECK(back->epoch() == 4);
    CHECK(back->vault() == vault_id);
    CHECK(back->slot_set() == 2);
    CHECK(back->entries() == ring.entries());
    for (const std::uint32_t version : {1U, 2U}) {
        CHECK(
            bytes_in(back->find<Purpose::index>(version, KeyUse::open)->key) ==
            bytes_in(ring.find<Purpose::index>(version, KeyUse::open)->key)
        );
    }
    CHECK(
        bytes_in(back->active<Purpose::slots>().key) == bytes_in(ring.active<Purpose::slots>().key)
    );
}

TEST_CASE("a keyring opens only with its root key, generation, vault and epoch", "[crypto]") {
    CountingRandom random;
    const auto file = counting_keyring().seal(root_key(), 1, random);
    CHECK(Keyring::open(file, root_key(), 1, vault_id, 1));
    CHECK(error_of(Keyring::open(file, root_key(1), 1, vault_id, 1)) == Errc::integrity);
    CHECK(error_of(Keyring::open(file, root_key(), 2, vault_id, 1)) == Errc::integrity);
    CHECK(error_of(Keyring::open(file, root_key(), 1, other_vault, 1)) == Errc::integrity);
    const auto old = Keyring::open(file, root_key(), 1, vault_id, 2);
    CHECK(error_of(old) == Errc::integrity);
    CHECK(old.error().message == "integrity check failed");
    CHECK_FALSE(old.error().hint.empty());
}

TEST_CASE("every flipped bit and every length of a keyring file is refused", "[crypto]") {
    CountingRandom random;
    const auto file = counting_keyring().seal(root_key(), 1, random);
    const auto root = root_key();
    std::size_t accepted = 0;
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        auto changed = file;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
        accepted += Keyring::open(changed, root, 1, vault_id, 0).has_value();
    }
    for (std::size_t size = 0; size < file.size(); ++size) {
        accepted += Keyring::open(ByteView{file}.first(size), root, 1, vault_id, 0).has_value();
    }
    auto longer = file;
    longer.push_back(0);
    accepted += Keyring::open(longer, root, 1, vault_id, 0).has_value();
    CHECK(accepted == 0);
}

TEST_CASE("the keyring's parser accepts what it should", "[crypto]") {
    RawRing ring;
    ring.slot_set = 9;
    ring.entries.insert(ring.entries.begin() + 1, raw(1, 2, 1));
    ring.entries.insert(ring.entries.begin() + 2, raw(1, 3, 6));
    const auto opened = open_raw(ring);
    REQUIRE(opened);
    CHECK(opened->epoch() == 4);
    CHECK(opened->slot_set() == 9);
    CHECK(opened->entry(Purpose::record_kek, 2)->state == KeyState::pre_active);
    CHECK(opened->entry(Purpose::record_kek, 3)->state == KeyState::destroyed);
    CHECK(opened->entry(Purpose::record_kek, 1)->uses_reserved == 65536);
}

TEST_CASE("a sealed but malformed keyring is refused", "[crypto]") {
    RawRing ring;
    SECTION("another magic") { ring.magic = "SVKX"; }
    SECTION("inner and outer epoch differ") { ring.inner_epoch = 5; }
    SECTION("epoch zero") { ring.inner_epoch = ring.outer_epoch = 0; }
    SECTION("another vault inside") { ring.inner_vault = other_vault; }
    SECTION("slot set zero") { ring.slot_set = 0; }
    SECTION("two active of a purpose") {
        ring.entries.insert(ring.entries.begin() + 1, raw(1, 2, 2));
    }
    SECTION("no active of a purpose") { ring.entries[3].state = 3; }
    SECTION("a purpose is missing") { ring.entries.pop_back(); }
    SECTION("unsorted purposes") { std::swap(ring.entries[0], ring.entries[1]); }
    SECTION("unsorted versions") { ring.entries.insert(ring.entries.begin(), raw(1, 2, 3)); }
    SECTION("duplicate") { ring.entries.insert(ring.entries.begin(), raw(1, 1, 3)); }
    SECTION("version zero") { ring.entries[0].version = 0; }
    SECTION("unknown purpose") { ring.entries.push_back(raw(11, 1, 2)); }
    SECTION("purpose zero") { ring.entries.insert(ring.entries.begin(), raw(0, 1, 2)); }
    SECTION("unknown state") { ring.entries[0].state = 7; }
    SECTION("state zero") { ring.entries[0].state = 0; }
    SECTION("unknown flag") { ring.entries[0].flags = 1; }
    SECTION("an id that is not the key's") { ring.entries[0].wrong_id = true; }
    SECTION("a short key") { ring.entries[0].key.pop_back(); }
    SECTION("an active key without bytes") { ring.entries[0].key.clear(); }
    SECTION("a destroyed key with bytes") {
        auto entry = raw(1, 2, 3);
        entry.state = 6;
        ring.entries.insert(ring.entries.begin() + 1, entry);
    }
    SECTION("trailing bytes") { ring.trailing = {0}; }
    SECTION("one entry fewer than counted") { ring.count = 11; }
    SECTION("one entry more than counted") { ring.count = 9; }
    SECTION("a count beyond the file") { ring.count = 0xFFFFFFFF; }
    CHECK(error_of(open_raw(ring)) == Errc::integrity);
}

TEST_CASE("a keyring holds 4096 entries and not one more", "[crypto]") {
    RawRing ring;
    ring.entries.clear();
    for (std::uint32_t version = 1; version <= 4096 - 9; ++version) {
        ring.entries.push_back(raw(1, version, version == 1 ? 2 : 6));
    }
    for (std::uint8_t purpose = 2; purpose <= 10; ++purpose)
        ring.entries.push_back(raw(purpose, 1, 2));
    const auto full = open_raw(ring);
    REQUIRE(full);
    CHECK(full->entries().size() == 4096);
    CountingRandom random;
    CHECK(error_of(full->with_new_key(Purpose::row, random, epoch_2026)) == Errc::out_of_range);
    ring.entries.push_back(raw(10, 2, 6));
    CHECK(error_of(open_raw(ring)) == Errc::integrity);
}

TEST_CASE("a keyring of a newer format says so", "[crypto]") {
    RawRing ring;
    ring.format = 3;
    CHECK(error_of(open_raw(ring)) == Errc::newer_format);
}

TEST_CASE("a key is added, then activated, and its predecessor still opens", "[crypto]") {
    CountingRandom random(9);
    const auto first = counting_keyring();
    const auto added = first.with_new_key(Purpose::record_kek, random, epoch_2026);
    REQUIRE(added);
    CHECK(added->epoch() == 2);
    CHECK(added->active<Purpose::record_kek>().name.version == 1);
    CHECK(added->entry(Purpose::record_kek, 2)->state == KeyState::pre_active);
    const auto rotated = added->with_active(Purpose::record_kek, 2, epoch_2026);
    REQUIRE(rotated);
    CHECK(rotated->epoch() == 3);
    CHECK(rotated->active<Purpose::record_kek>().name.version == 2);
    CHECK(rotated->entry(Purpose::record_kek, 1)->state == KeyState::decrypt_only);
    CHECK(bytes_in(rotated->find<Purpose::record_kek>(1, KeyUse::open)->key) == span_of(32, 32));
    CHECK(bytes_in(rotated->active<Purpose::row>().key) == span_of(6 * 32, 32));
    CHECK(first.active<Purpose::record_kek>().name.version == 1);
}

TEST_CASE("a compromised key opens but no longer seals", "[crypto]") {
    CountingRandom random(9);
    const auto added = counting_keyring().with_new_key(Purpose::record_kek, random, epoch_2026);
    const auto moved =
        added->with_active(Purpose::record_kek, 2, epoch_2026, KeyState::compromised);
    REQUIRE(moved);
    CHECK(moved->entry(Purpose::record_kek, 1)->state == KeyState::compromised);
    CHECK(moved->active<Purpose::record_kek>().name.version == 2);
    CHECK(moved->find<Purpose::record_kek>(1, KeyUse::open) != nullptr);
    CHECK(moved->find<Purpose::record_kek>(1, KeyUse::seal) == nullptr);
    CHECK(error_of(moved->with_active(Purpose::record_kek, 1, epoch_2026)) == Errc::bad_state);
}

TEST_CASE("key states only move forward, and destruction takes two steps", "[crypto]") {
    CountingRandom random(9);
    const auto added = counting_keyring().with_new_key(Purpose::record_kek, random, epoch_2026);
    const auto rotated = added->with_active(Purpose::record_kek, 2, epoch_2026);
    REQUIRE(rotated);
    const auto move = [](const Keyring& ring, std::uint32_t version, KeyState state) {
        return ring.with_state(Purpose::record_kek, version, state, epoch_2026);
    };
    CHECK(error_of(move(*rotated, 1, KeyState::active)) == Errc::bad_state);
    CHECK(error_of(move(*rotated, 1, KeyState::pre_active)) == Errc::bad_state);
    CHECK(error_of(move(*rotated, 1, KeyState::decrypt_only)) == Errc::bad_state);
    CHECK(error_of(move(*rotated, 1, KeyState::destroyed)) == Errc::bad_state);
    CHECK(error_of(move(*rotated, 2, KeyState::compromised)) == Errc::bad_state);
    CHECK(error_of(move(*rotated, 3, KeyState::compromised)) == Errc::bad_state);
    const auto pending = move(*rotated, 1, KeyState::destroy_pending);
    REQUIRE(pending);
    CHECK(error_of(move(*pending, 1, KeyState::compromised)) == Errc::bad_state);
    const auto gone = move(*pending, 1, KeyState::destroyed);
    REQUIRE(gone);
    CHECK(gone->find<Purpose::record_kek>(1, KeyUse::check) == nullptr);
    CHECK(gone->entry(Purpose::record_kek, 1)->id == key_id(span_of(32, 32)));
    const auto file = gone->seal(root_key(), 1, random);
    const auto back = Keyring::open(file, root_key(), 1, vault_id, 5);
    REQUIRE(back);
    CHECK(back->find<Purpose::record_kek>(1, KeyUse::check) == nullptr);
    // The next version is not the destroyed one's.
    CHECK(
        back->with_new_key(Purpose::record_kek, random, epoch_2026)
            ->entry(Purpose::record_kek, 3) != nullptr
    );
}

TEST_CASE(
    "a keyring of format 1 is not opened but converted, and one of format 2 the other way round",
    "[crypto]"
) {
    RawRing ring;
    const auto signing = SigningSeed::copy_of(span_of(0x55, 32));
    CountingRandom random(7);
    const auto convert = [&](ByteView file, std::uint32_t generation = 1) {
        return Keyring::convert(
            file, root_key(), generation, vault_id, signing, random, epoch_2026
        );
    };
    CHECK(error_of(convert(file_of(ring))) == Errc::bad_state);
    ring.format = 1;
    ring.entries.resize(8);
    ring.entries.insert(ring.entries.begin() + 1, raw(1, 2, 1));
    ring.entries.insert(ring.entries.begin() + 2, raw(1, 3, 6));
    CHECK(error_of(open_raw(ring)) == Errc::bad_state);
    CHECK(error_of(convert(file_of(ring), 2)) == Errc::integrity);

    const auto converted = convert(file_of(ring));
    REQUIRE(converted);
    CHECK(converted->epoch() == ring.inner_epoch + 1);
    CHECK(converted->slot_set() == 1);
    CHECK(converted->entries().size() == 12);
    CHECK(bytes_in(converted->active<Purpose::log_signing>().key) == span_of(0x55, 32));
    CHECK(converted->entry(Purpose::log_signing, 1)->created == epoch_2026);
    CHECK(converted->entry(Purpose::slots, 1)->state == KeyState::active);
    CHECK(converted->entry(Purpose::record_kek, 2)->state == KeyState::pre_active);
    CHECK(converted->entry(Purpose::record_kek, 3)->state == KeyState::destroyed);
    for (const auto& e : ring.entries) {
        const auto* kept = converted->entry(static_cast<Purpose>(e.purpose), e.version);
        REQUIRE(kept != nullptr);
        if (!e.key.empty()) CHECK(kept->id == key_id(e.key));
    }
    // The key for slots is drawn, and nobody else's.
    CHECK(
        bytes_in(converted->active<Purpose::slots>().key) !=
        bytes_in(convert(file_of(ring))->active<Purpose::slots>().key)
    );

    const auto back =
        Keyring::open(converted->seal(root_key(), 1, random), root_key(), 1, vault_id, 5);
    REQUIRE(back);
    CHECK(back->entries() == converted->entries());
}

TEST_CASE("a malformed keyring of format 1 is not converted", "[crypto]") {
    RawRing ring;
    ring.format = 1;
    ring.entries.resize(8);
    SECTION("a purpose of format 2") { ring.entries.push_back(raw(9, 1, 2)); }
    SECTION("a purpose is missing") { ring.entries.pop_back(); }
    SECTION("another vault inside") { ring.inner_vault = other_vault; }
    SECTION("inner and outer epoch differ") { ring.inner_epoch = 5; }
    SECTION("an id that is not the key's") { ring.entries[0].wrong_id = true; }
    SECTION("trailing bytes") { ring.trailing = {0}; }
    const auto signing = SigningSeed::copy_of(span_of(0x55, 32));
    CountingRandom random(7);
    const auto converted =
        Keyring::convert(file_of(ring), root_key(), 1, vault_id, signing, random, epoch_2026);
    CHECK(error_of(converted) == Errc::integrity);
}

TEST_CASE("the next set of slots is the keyring's next epoch, with the same keys", "[crypto]") {
    const auto first = counting_keyring();
    CHECK(first.slot_set() == 1);
    const auto next = first.with_next_slot_set();
    CHECK(next.slot_set() == 2);
    CHECK(next.epoch() == 2);
    CHECK(next.entries() == first.entries());
    CHECK(first.slot_set() == 1);
    CountingRandom random(9);
    CHECK(next.with_new_key(Purpose::row, random, epoch_2026)->slot_set() == 2);
}

TEST_CASE("uses are reserved within an epoch, for one version, and never fewer", "[crypto]") {
    const auto ring = counting_keyring();
    const auto leased = ring.with_uses_reserved(Purpose::record_kek, 1, 65536);
    CHECK(leased.epoch() == ring.epoch());
    CHECK(leased.entry(Purpose::record_kek, 1)->uses_reserved == 65536);
    CHECK(leased.entry(Purpose::row, 1)->uses_reserved == 0);
    CHECK(leased.active<Purpose::record_kek>().name == ring.active<Purpose::record_kek>().name);
    const auto less = leased.with_uses_reserved(Purpose::record_kek, 1, 7);
    CHECK(less.entry(Purpose::record_kek, 1)->uses_reserved == 65536);
    const auto unknown = leased.with_uses_reserved(Purpose::record_kek, 9, 7);
    CHECK(unknown.entries() == leased.entries());
}

}  // namespace keyring_test
