#include "ledger/vault_state.hpp"

#include "crypto/keyring.hpp"
#include "ledger/claimed_keyring_epoch.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>

namespace vault_state_test {

using namespace rookery;
using namespace rookery::ledger;
using crypto::KeyState;
using crypto::Purpose;

namespace {

const Instant now = from_ms(1'800'000'000'000);

/// Fields and their places: docs/formats/vault-state.md.
constexpr std::size_t clear_bytes = 2 + 8 + 8 + 8 + 8 + 8 + 32 + 8 + 4;
constexpr std::size_t digests_at = clear_bytes;
constexpr std::size_t digest_bytes = 3 * 32;
constexpr std::size_t row_bytes = clear_bytes + digest_bytes + 4 + 32;

class CountingRandom final : public Random {
 public:
    void fill(std::span<std::uint8_t> out) override {
        for (auto& byte : out) byte = next_++;
    }

 private:
    std::uint8_t next_ = 32;
};

Digest digest_of(std::uint8_t byte) {
    Digest out;
    out.fill(byte);
    return out;
}

VaultState example() {
    VaultState state;
    state.access_epoch = 5;
    state.versionnumber = 77;
    state.live_rows = 12;
    state.log_size = 9;
    state.log_root = digest_of(0x11);
    state.checkpoint_size = 8;
    state.digest = crypto::MultisetDigest(digest_of(0x22));
    state.fact_digest = crypto::MultisetDigest(digest_of(0x33));
    state.outbox_digest = crypto::MultisetDigest(digest_of(0x44));
    return state;
}

struct Keys {
    Keys() : keyring(crypto::Keyring::create(Uuid{}, random, now)) {}

    /// With the row key at version 2.
    [[nodiscard]] crypto::Keyring rotated(KeyState predecessor) {
        const auto added = keyring.with_new_key(Purpose::row, random, now);
        return std::move(*added->with_active(Purpose::row, 2, now, predecessor));
    }

    CountingRandom random;
    crypto::Keyring keyring;
    crypto::RowAuthenticator rows{keyring};
};

Errc error_of(const Result<VaultState>& result) {
    REQUIRE_FALSE(result);
    return result.error().code;
}

/// A row of format 1, whose digests lay in clear.
std::string format_1_row(const VaultState& state, const crypto::RowAuthenticator& rows) {
    StringWriter out;
    out.u16(1).u64(state.access_epoch).u64(state.versionnumber);
    out.bytes(state.digest.value()).bytes(state.fact_digest.value());
    out.u64(state.log_size).bytes(state.log_root).u32(rows.active_key_version());
    out.bytes(rows.tag(crypto::RowKind::live, "sv1.state", Uuid{}, out.view()));
    return std::move(out).take();
}

}  // namespace

TEST_CASE("the state row comes back as it was written, with the keyring's epoch", "[ledger]") {
    const Keys keys;
    const auto stored = encode(example(), keys.rows);
    CHECK(stored.size() == row_bytes);
    const auto back = decode(stored, keys.rows);
    REQUIRE(back);
    CHECK(back->access_epoch == 5);
    CHECK(back->versionnumber == 77);
    CHECK(back->live_rows == 12);
    CHECK(back->keyring_epoch == keys.keyring.epoch());
    CHECK(back->log_size == 9);
    CHECK(back->log_root == digest_of(0x11));
    CHECK(back->checkpoint_size == 8);
    CHECK(back->digest == example().digest);
    CHECK(back->fact_digest == example().fact_digest);
    CHECK(back->outbox_digest == example().outbox_digest);
}

TEST_CASE("every flipped bit and every length of the state row is refused", "[ledger]") {
    const Keys keys;
    const auto stored = encode(example(), keys.rows);
    for (std::size_t bit = 0; bit < stored.size() * 8; ++bit) {
        auto changed = stored;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        const auto opened = decode(changed, keys.rows);
        if (opened) FAIL("bit " << bit);
        if (bit >= 16 && opened.error().code != Errc::integrity) FAIL("bit " << bit);
    }
    for (std::size_t size = 0; size < stored.size(); ++size) {
        if (decode(stored.substr(0, size), keys.rows)) FAIL("size " << size);
    }
    CHECK(error_of(decode(stored + "x", keys.rows)) == Errc::integrity);
}

TEST_CASE(
    "a state row of a newer format and one of format 1 are told apart from damage", "[ledger]"
) {
    const Keys keys;
    auto stored = encode(example(), keys.rows);
    stored[1] = 3;
    CHECK(error_of(decode(stored, keys.rows)) == Errc::newer_format);
    stored[1] = 1;
    CHECK(error_of(decode(stored, keys.rows)) == Errc::bad_state);
    stored[1] = 0;
    CHECK(error_of(decode(stored, keys.rows)) == Errc::integrity);
}

TEST_CASE("the digests of two states differ by nothing that can be read", "[ledger]") {
    const Keys keys;
    // The same digests under all that is in clear and can differ, the log's root above all.
    std::map<std::string, std::string> rows;
    const auto add = [&](const char* what, const std::function<void(VaultState&)>& change) {
        auto state = example();
        change(state);
        rows[what] = encode(state, keys.rows).substr(digests_at, digest_bytes);
    };
    add("none", [](VaultState&) {});
    add("access epoch", [](VaultState& state) { ++state.access_epoch; });
    add("versionnumber", [](VaultState& state) { ++state.versionnumber; });
    add("live rows", [](VaultState& state) { ++state.live_rows; });
    add("log size", [](VaultState& state) { ++state.log_size; });
    add("log root", [](VaultState& state) { state.log_root[31] ^= 1; });
    add("checkpoint size", [](VaultState& state) { ++state.checkpoint_size; });
    const auto common = [](std::string_view a, std::string_view b) {
        std::size_t same = 0;
        for (std::size_t i = 0; i < a.size(); ++i) same += a[i] == b[i] ? 1 : 0;
        return same;
    };
    for (const auto& [what, bytes] : rows) {
        // Nor are the three masks of one row related: the digests are each of one byte, repeated.
        for (const auto& [other, theirs] : rows) {
            INFO(what << ", " << other);
            for (std::size_t i = 0; i < 3; ++i) {
                for (std::size_t j = 0; j < 3; ++j) {
                    if (what == other && i == j) continue;
                    CHECK(
                        common(
                            std::string_view(bytes).substr(32 * i, 32),
                            std::string_view(theirs).substr(32 * j, 32)
                        ) < 8
                    );
                }
            }
        }
        // A difference of one in a digest is no difference of one on the disk.
        CHECK(bytes.find(std::string(32, '\x22')) == std::string::npos);
    }
}

TEST_CASE("an equal state is written as an equal row", "[ledger]") {
    const Keys keys;
    CHECK(encode(example(), keys.rows) == encode(example(), keys.rows));
}

TEST_CASE("a keyring that is older than the state row is named", "[ledger]") {
    Keys keys;
    const auto newer = keys.keyring.with_next_slot_set();
    const auto stored = encode(example(), crypto::RowAuthenticator(newer));
    const auto refused = decode(stored, keys.rows);
    CHECK(error_of(refused) == Errc::integrity);
    CHECK(refused.error().message.find("the keyring is older than the vault") == 0);
    CHECK(refused.error().message.find("epoch 1") != std::string::npos);
    CHECK(refused.error().message.find("epoch 2") != std::string::npos);
    CHECK_FALSE(refused.error().hint.empty());
    // Also when it does not know the key that the row was tagged with.
    const auto rotated = keys.rotated(KeyState::decrypt_only);
    const auto after = decode(encode(example(), crypto::RowAuthenticator(rotated)), keys.rows);
    CHECK(error_of(after) == Errc::integrity);
    CHECK(after.error().message.find("the keyring is older than the vault") == 0);
}

TEST_CASE(
    "a state row under a row key with a successor is good until the first under the successor",
    "[ledger]"
) {
    Keys keys;
    const auto before = encode(example(), keys.rows);
    const auto rotated = keys.rotated(KeyState::decrypt_only);
    // The keyring moved on and nothing was written since.
    CHECK(decode(before, crypto::RowAuthenticator(rotated)));
    // The same old row, when the keyring did not move on since the row says it was written.
    VaultState state = example();
    const auto forward = encode(state, crypto::RowAuthenticator(rotated));
    CHECK(decode(forward, crypto::RowAuthenticator(rotated)));
    auto forged = before;
    std::copy_n(forward.begin() + 26, 8, forged.begin() + 26);  // keyring epoch
    CHECK(error_of(decode(forged, crypto::RowAuthenticator(rotated))) == Errc::integrity);
}

TEST_CASE(
    "a state row of the same epoch under a key that is not the active one is refused", "[ledger]"
) {
    Keys keys;
    const auto rotated = keys.rotated(KeyState::decrypt_only);
    const auto written = encode(example(), crypto::RowAuthenticator(rotated));
    // As whoever had stolen the older key would make it: a valid tag under it.
    StringWriter out;
    out.bytes(bytes_of(written).first(clear_bytes + digest_bytes)).u32(1);
    const auto tag = keys.rows.tag(crypto::RowKind::live, "sv1.state", Uuid{}, out.view());
    out.bytes(tag);
    const auto forged = std::move(out).take();
    REQUIRE(forged.size() == written.size());
    CHECK(error_of(decode(forged, crypto::RowAuthenticator(rotated))) == Errc::integrity);
}

TEST_CASE("no state row is good under a compromised row key", "[ledger]") {
    Keys keys;
    const auto before = encode(example(), keys.rows);
    const auto lost = keys.rotated(KeyState::compromised);
    CHECK(error_of(decode(before, crypto::RowAuthenticator(lost))) == Errc::integrity);
    CHECK(decode(encode(example(), crypto::RowAuthenticator(lost)), crypto::RowAuthenticator(lost))
    );
}

TEST_CASE("a state row of another digest key is refused", "[ledger]") {
    Keys keys;
    const auto before = encode(example(), keys.rows);
    const auto added = keys.keyring.with_new_key(Purpose::digest, keys.random, now);
    const auto rotated = added->with_active(Purpose::digest, 2, now);
    CHECK(error_of(decode(before, crypto::RowAuthenticator(*rotated))) == Errc::integrity);
}

TEST_CASE("a state row of another vault is refused", "[ledger]") {
    const Keys keys;
    CountingRandom random;
    Uuid other;
    other.bytes[0] = 1;
    const auto ring = crypto::Keyring::create(other, random, now);
    CHECK(
        error_of(decode(encode(example(), keys.rows), crypto::RowAuthenticator(ring))) ==
        Errc::integrity
    );
}

TEST_CASE(
    "a state row of format 1 is read for the conversion only, and says what it said", "[ledger]"
) {
    const Keys keys;
    const auto stored = format_1_row(example(), keys.rows);
    CHECK(error_of(decode(stored, keys.rows)) == Errc::bad_state);
    const auto back = decode_format_1(stored, keys.rows);
    REQUIRE(back);
    CHECK(back->access_epoch == 5);
    CHECK(back->versionnumber == 77);
    CHECK(back->log_size == 9);
    CHECK(back->digest == example().digest);
    CHECK(back->fact_digest == example().fact_digest);
    CHECK(back->live_rows == 0);
    CHECK(back->checkpoint_size == 0);
    CHECK(error_of(decode_format_1(encode(example(), keys.rows), keys.rows)) == Errc::integrity);
    for (std::size_t i = 0; i < stored.size(); ++i) {
        auto changed = stored;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        if (decode_format_1(changed, keys.rows)) FAIL("byte " << i);
        if (decode_format_1(stored.substr(0, i), keys.rows)) FAIL("size " << i);
    }
}

TEST_CASE("who has no keys learns which keyring a state row says it needs", "[ledger]") {
    const Keys keys;
    auto stored = encode(example(), keys.rows);
    CHECK(claimed_keyring_epoch(stored).value() == keys.keyring.epoch());
    CHECK(claimed_keyring_epoch(stored.substr(1)).error().code == Errc::newer_format);
    CHECK(claimed_keyring_epoch(stored + "x").error().code == Errc::integrity);
    CHECK(claimed_keyring_epoch(stored.substr(0, 20)).error().code == Errc::integrity);
    CHECK(claimed_keyring_epoch({}).error().code == Errc::integrity);
    CHECK(
        claimed_keyring_epoch(format_1_row(example(), keys.rows)).error().code == Errc::bad_state
    );
    stored[1] = 3;
    CHECK(claimed_keyring_epoch(stored).error().code == Errc::newer_format);
}

}  // namespace vault_state_test
