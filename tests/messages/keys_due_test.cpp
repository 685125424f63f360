// What `rookery key status` says is due: each line as long as its reason is there, and no longer.
#include "messages/keys_due.hpp"

#include "crypto/key_uses.hpp"
#include "messages/retrieve_key_status.hpp"

#include <catch2/catch.hpp>

namespace keys_due_test {

using namespace rookery;
using namespace rookery::messages;
using namespace std::chrono_literals;
using crypto::KeyEntry;
using crypto::KeyState;
using crypto::Purpose;

namespace {

using Lines = std::vector<std::string>;

const Instant begin = from_ms(1'800'000'000'000);

KeyEntry key(Purpose purpose, std::uint32_t version, KeyState state, Instant made) {
    KeyEntry out;
    out.purpose = purpose;
    out.version = version;
    out.state = state;
    out.created = out.changed = made;
    return out;
}

/// A vault with one key of each kind.
struct VaultKeys {
    std::vector<KeyEntry> keys{
        key(Purpose::record_kek, 1, KeyState::active, begin),
        key(Purpose::row, 1, KeyState::active, begin)};
    std::vector<EndedCompromise> compromises;
    KeysAsTheyAre of;

    VaultKeys() { of.now = begin + 1h; }

    Lines due() {
        of.keys = keys;
        of.compromises = compromises;
        return what_is_due(of);
    }

    /// KEK 1 is marked, and KEK 2 has come.
    void mark(Instant when) {
        keys[0].state = KeyState::compromised;
        keys[0].changed = when;
        keys.insert(keys.begin() + 1, key(Purpose::record_kek, 2, KeyState::active, when));
    }
};

bool says(const Lines& lines, std::string_view what) {
    for (const auto& line : lines) {
        if (line.find(what) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("nothing is due of keys that are new", "[messages]") { CHECK(VaultKeys{}.due().empty()); }

TEST_CASE("a KEK that is old, worn out or never used is due to be rotated", "[messages]") {
    VaultKeys vault;
    vault.of.now = begin + kek_active_max - 1s;
    CHECK(vault.due().empty());
    vault.of.now = begin + kek_active_max;
    CHECK(says(vault.due(), "has been active for 90 days"));
    vault.of.kek_job_under_way = true;
    CHECK(vault.due().empty());
    vault.of.kek_job_under_way = false;
    vault.of.now = begin;
    vault.of.kek_uses = crypto::KeyUses::soft_stop;
    CHECK(says(vault.due(), "nothing more can be sealed"));
    vault.of.kek_uses = 0;
    vault.keys.push_back(key(Purpose::record_kek, 2, KeyState::pre_active, begin));
    CHECK(says(vault.due(), "record KEK 2 was made and never used"));
}

TEST_CASE("a compromised KEK is due to be replaced, and then to be destroyed", "[messages]") {
    VaultKeys vault;
    vault.mark(begin + 1h);
    vault.of.now = begin + 2h;
    CHECK(
        vault.due() == Lines{"record KEK 1 is compromised, and data keys may be under it: `rookery "
                             "key compromise 1`"}
    );
    vault.compromises.push_back({1, 2, begin + 1h});
    CHECK(
        vault.due() ==
        Lines{
            "record KEK 1 is compromised, and no data key is under it any more: `rookery key "
            "destroy 1` from " +
            to_iso8601(begin + 1h + 168h) + " on"}
    );
    vault.of.now = begin + 1h + 168h;
    CHECK(vault.due().front().ends_with("`rookery key destroy 1`"));
    vault.keys[0].state = KeyState::destroyed;
    CHECK(vault.due().empty());
    vault.compromises.front().version = 3;  // of another one
    vault.keys[0].state = KeyState::compromised;
    CHECK(says(vault.due(), "`rookery key compromise 1`"));
}

TEST_CASE(
    "after a compromise of everything row keys are due, and then the older ones to go", "[messages]"
) {
    VaultKeys vault;
    vault.mark(begin + 1h);
    vault.of.now = begin + 2h;
    CHECK_FALSE(says(vault.due(), "rekey-rows"));
    vault.compromises.push_back({0, 2, begin + 1h});
    CHECK(says(vault.due(), "`rookery key rekey-rows`"));
    vault.of.row_key_job_under_way = true;
    CHECK_FALSE(says(vault.due(), "rekey-rows"));
    vault.of.row_key_job_under_way = false;
    vault.keys[2].state = KeyState::decrypt_only;
    vault.keys[2].changed = begin + 2h;
    vault.keys.push_back(key(Purpose::row, 2, KeyState::active, begin + 2h));
    CHECK_FALSE(says(vault.due(), "row key"));
    vault.of.now = begin + 2h + 168h;
    CHECK(says(vault.due(), "`rookery key destroy 1 --row-key`"));
    vault.keys[2].state = KeyState::destroyed;
    CHECK_FALSE(says(vault.due(), "row key"));
}

}  // namespace keys_due_test
