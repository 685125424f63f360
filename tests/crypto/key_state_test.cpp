#include "crypto/key_state.hpp"

#include "crypto/detail_sealer.hpp"
#include "crypto/name_marks.hpp"
#include "crypto/record_sealer.hpp"
#include "crypto/row_authenticator.hpp"
#include "crypto/support.hpp"

#include <array>

namespace key_state_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

constexpr std::array states{
    KeyState::pre_active,
    KeyState::active,
    KeyState::decrypt_only,
    KeyState::compromised,
    KeyState::destroy_pending,
    KeyState::destroyed,
};
constexpr std::array uses{
    KeyUse::seal,
    KeyUse::open,
    KeyUse::tag,
    KeyUse::check,
    KeyUse::state_row,
};

/// As docs/formats/keyring.md has it, written down a second time: a mark for each use, in their order.
constexpr std::array<std::string_view, states.size()> expected{
    "-----",
    "sotcr",
    "-o-cr",
    "-o-c-",
    "-----",
    "-----",
};

constexpr bool may(KeyState state, KeyUse use) {
    return expected[static_cast<std::size_t>(state) - 1][static_cast<std::size_t>(use)] != '-';
}

/// A keyring where version 1 of the purpose has the state. Version 2 is the active one, but where
/// version 1 is.
Keyring with_first_in(Purpose purpose, KeyState state) {
    CountingRandom random(3);
    auto ring = counting_keyring();
    if (state == KeyState::active) return ring;
    auto added = *ring.with_new_key(purpose, random, epoch_2026);
    const auto predecessor =
        state == KeyState::compromised ? KeyState::compromised : KeyState::decrypt_only;
    auto moved = *added.with_active(purpose, 2, epoch_2026, predecessor);
    if (state == KeyState::destroy_pending || state == KeyState::destroyed) {
        moved = *moved.with_state(purpose, 1, KeyState::destroy_pending, epoch_2026);
    }
    if (state == KeyState::destroyed) {
        moved = *moved.with_state(purpose, 1, KeyState::destroyed, epoch_2026);
    }
    return moved;
}

template <Purpose P>
void check_find() {
    CountingRandom random(3);
    const auto added = *counting_keyring().with_new_key(P, random, epoch_2026);
    for (const auto use : uses) {
        CHECK(added.find<P>(2, use) == nullptr);
        CHECK(added.find<P>(3, use) == nullptr);
        CHECK(added.find<P>(0, use) == nullptr);
    }
    for (const auto state : states) {
        if (state == KeyState::pre_active) continue;  // the first version never is
        const auto ring = with_first_in(P, state);
        for (const auto use : uses) {
            INFO("state " << static_cast<int>(state) << " use " << static_cast<int>(use));
            const auto* found = ring.find<P>(1, use);
            CHECK((found != nullptr) == may(state, use));
            if (found != nullptr) CHECK(found->name.version == 1);
        }
    }
}

/// The states that a version with things of its own can have, and whether a use of them works.
template <class Works>
void check_user(Purpose purpose, KeyUse use, const Works& works) {
    for (const auto state : states) {
        if (state == KeyState::pre_active) continue;
        INFO("state " << static_cast<int>(state));
        CHECK(works(with_first_in(purpose, state)) == may(state, use));
    }
}

}  // namespace

TEST_CASE("each state of a key permits what its page says, and nothing else", "[crypto]") {
    for (const auto state : states) {
        for (const auto use : uses) {
            INFO("state " << static_cast<int>(state) << " use " << static_cast<int>(use));
            CHECK(permits(state, use) == may(state, use));
        }
    }
    for (const auto use : uses) {
        CHECK_FALSE(permits(static_cast<KeyState>(0), use));
        CHECK_FALSE(permits(static_cast<KeyState>(7), use));
    }
}

TEST_CASE("only the active key makes anything new", "[crypto]") {
    for (const auto state : states) {
        CHECK(permits(state, KeyUse::seal) == (state == KeyState::active));
        CHECK(permits(state, KeyUse::tag) == (state == KeyState::active));
    }
}

TEST_CASE("a keyring gives out a key for what its state permits", "[crypto]") {
    check_find<Purpose::record_kek>();
    check_find<Purpose::audit_kek>();
    check_find<Purpose::pseudonym>();
    check_find<Purpose::index>();
    check_find<Purpose::exports>();
    check_find<Purpose::row>();
    check_find<Purpose::credential>();
    check_find<Purpose::digest>();
    check_find<Purpose::log_signing>();
    check_find<Purpose::slots>();
}

TEST_CASE("a data key is unwrapped as the state of its key permits", "[crypto]") {
    const auto before = counting_keyring();
    CountingRandom random;
    const auto made = value(RecordSealer(before, random).new_dek("twitter_user", record_id, 1, 1));
    check_user(Purpose::record_kek, KeyUse::open, [&](const Keyring& ring) {
        const auto dek =
            RecordSealer(ring, random).unwrap("twitter_user", record_id, 1, 0, made.wrapped);
        if (!dek) CHECK(dek.error().code == Errc::integrity);
        return dek.has_value();
    });
    for (const auto state : {KeyState::decrypt_only, KeyState::compromised}) {
        const auto ring = with_first_in(Purpose::record_kek, state);
        const auto fresh =
            value(RecordSealer(ring, random).new_dek("twitter_user", record_id, 1, 1));
        CHECK(fresh.kek_version == 2);
        CHECK(*RecordSealer::kek_version(fresh.wrapped) == 2);
    }
}

TEST_CASE("a detail of the log is opened as the state of its key permits", "[crypto]") {
    const auto before = counting_keyring();
    CountingRandom random;
    const std::string origin = "vault.example/audit/n1";
    const auto blob = DetailSealer(before, origin, random)
                          .seal(DetailSection::core, 19675, record_id, span_of(0, 50));
    check_user(Purpose::audit_kek, KeyUse::open, [&](const Keyring& ring) {
        return DetailSealer(ring, origin, random)
            .open(DetailSection::core, 19675, record_id, blob)
            .has_value();
    });
    for (const auto state : {KeyState::decrypt_only, KeyState::compromised}) {
        const auto ring = with_first_in(Purpose::audit_kek, state);
        const auto fresh = DetailSealer(ring, origin, random)
                               .seal(DetailSection::core, 19675, record_id, span_of(0, 50));
        CHECK(ByteReader(fresh).u32() == 2);
    }
}

TEST_CASE("a row and a state row are checked as the state of their key permits", "[crypto]") {
    const auto before = counting_keyring();
    ByteWriter written;
    written.u64(5).u16(0).u32(1);
    const auto body = std::move(written).take();
    const auto tag = RowAuthenticator(before).tag(RowKind::live, "twitter_user", record_id, body);
    check_user(Purpose::row, KeyUse::check, [&](const Keyring& ring) {
        return RowAuthenticator(ring)
            .check(RowKind::live, "twitter_user", record_id, body, tag)
            .has_value();
    });
    const auto state_tag =
        RowAuthenticator(before).tag(RowKind::live, "twitter_user", Uuid{}, body);
    check_user(Purpose::row, KeyUse::state_row, [&](const Keyring& ring) {
        return RowAuthenticator(ring)
            .check_state("twitter_user", body, state_tag, true)
            .has_value();
    });
    for (const auto state : {KeyState::decrypt_only, KeyState::compromised}) {
        const auto ring = with_first_in(Purpose::row, state);
        CHECK(RowAuthenticator(ring).active_key_version() == 2);
        CHECK_THROWS_AS(
            RowAuthenticator(ring).tag(RowKind::live, "twitter_user", record_id, body),
            std::logic_error
        );
    }
}

TEST_CASE("a name's mark is compared as the state of its key permits", "[crypto]") {
    const auto before = counting_keyring();
    const auto mark = NameMarks(before).of("Rita Demo");
    check_user(Purpose::pseudonym, KeyUse::check, [&](const Keyring& ring) {
        return NameMarks(ring).fits(mark, "Rita Demo");
    });
    for (const auto state : {KeyState::decrypt_only, KeyState::compromised}) {
        CHECK(NameMarks(with_first_in(Purpose::pseudonym, state)).of("Rita Demo") != mark);
    }
}

}  // namespace key_state_test
