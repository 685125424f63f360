// What keeps a vault from opening, each by its name: files, slots, keyring, state row and log have to tell
// one story.
#include "vault/opening_checks.hpp"

#include "audit/core_section.hpp"
#include "audit/lifecycle_events.hpp"
#include "audit/log_reader.hpp"
#include "audit/priv_section.hpp"
#include "audit/section_buffer.hpp"
#include "crypto/key_file_slot.hpp"
#include "crypto/root_slots.hpp"
#include "merkle/hash.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/text_rules.hpp"
#include "support/test_vault.hpp"
#include "vault/vault_parts.hpp"
#include "vault/verify_store.hpp"

#include <fstream>
#include <iterator>

namespace opening_checks_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, std::string_view bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// A closed vault's files, opened with its key file as an administrator's command would.
struct Opened {
    explicit Opened(const TestVault& vault)
        : directory(value(DataDirectory::open(vault.data()))),
          slots(value(
              crypto::RootSlots::parse(value(directory.read_slots()), directory.identity().id)
          )),
          root(value(slots.open(*crypto::key_file_offer(vault.key_file())))),
          keyring(value(crypto::Keyring::open(
              value(directory.read_keyring()), root.key, root.generation, directory.identity().id, 1
          ))) {}

    void write_keyring(const crypto::Keyring& next) {
        REQUIRE(directory.write_keyring(next.seal(root.key, root.generation, random)));
    }

    /// One more way to unseal, in the file of set `set`.
    void add_slot(std::uint64_t set) {
        const auto spare = crypto::key_file_offer(folder.path() / "spare.key");
        REQUIRE(slots.add(root.key, root.generation, *spare, "spare", random, from_ms(0)));
        REQUIRE(directory.write_slots(slots.serialise(keyring, set)));
    }

    SystemRandom random;
    test::TemporaryFolder folder;  // for further key files
    DataDirectory directory;
    crypto::RootSlots slots;
    crypto::OpenedRoot root;
    crypto::Keyring keyring;
};

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows rows_of(const TestVault& vault, storage::Family family) {
    Rows out;
    const auto store = vault.store();
    const auto view = store->view();
    const auto cursor = view->scan({family, {}, {}}, storage::Order::ascending);
    for (; cursor->valid(); cursor->next()) out.emplace_back(cursor->key(), cursor->value());
    return out;
}

void put(
    const TestVault& vault, storage::Family family, const std::string& key, const std::string& bytes
) {
    const auto store = vault.store();
    const auto commit = store->begin();
    commit->put(family, key, bytes);
    REQUIRE(commit->write());
}

void remove(const TestVault& vault, storage::Family family, const std::string& key) {
    const auto store = vault.store();
    const auto commit = store->begin();
    commit->remove(family, key);
    REQUIRE(commit->write());
}

/// The vault does not open, and the message has these words.
void refused(TestVault& vault, std::string_view words) {
    const auto opened = vault.reopen();
    REQUIRE_FALSE(opened);
    INFO(opened.error().message);
    CHECK(opened.error().code == Errc::integrity);
    CHECK(opened.error().message.find(words) != std::string::npos);
    CHECK_FALSE(opened.error().hint.empty());
}

}  // namespace

TEST_CASE("an older keyring that was put back is named", "[messages]") {
    TestVault vault;
    vault.close();
    const auto old = content(vault.data() / "keyring");
    {
        Opened opened(vault);
        opened.write_keyring(value(
            opened.keyring.with_new_key(crypto::Purpose::record_kek, vault.random(), from_ms(0))
        ));
    }
    REQUIRE(vault.reopen());
    vault.close();
    const auto newer = content(vault.data() / "keyring");
    write(vault.data() / "keyring", old);
    refused(vault, "the keyring is older than the vault");
    write(vault.data() / "keyring", newer);
    CHECK(vault.reopen());
}

TEST_CASE(
    "after a rotation of the row key the vault opens, and the older keyring does not", "[messages]"
) {
    TestVault vault;
    vault.close();
    const auto old = content(vault.data() / "keyring");
    {
        Opened opened(vault);
        const auto added =
            value(opened.keyring.with_new_key(crypto::Purpose::row, opened.random, from_ms(0)));
        opened.write_keyring(value(added.with_active(crypto::Purpose::row, 2, from_ms(0))));
    }
    REQUIRE(vault.reopen());
    CHECK(value(verify_store(vault.vault())).ok());
    REQUIRE(vault.reopen());
    vault.close();
    write(vault.data() / "keyring", old);
    refused(vault, "the keyring is older than the vault");
}

TEST_CASE(
    "a change of the slots that was cut off is finished, and the set before it is refused",
    "[messages]"
) {
    TestVault vault;
    vault.close();
    const auto before = content(vault.data() / "slots");
    Opened(vault).add_slot(2);
    const auto after = content(vault.data() / "slots");
    REQUIRE(vault.reopen());
    vault.close();
    CHECK(Opened(vault).keyring.slot_set() == 2);
    CHECK(content(vault.data() / "slots") == after);
    REQUIRE(vault.reopen());
    vault.close();
    write(vault.data() / "slots", before);
    refused(vault, "the root key slots are not the set");
    write(vault.data() / "slots", after);
    CHECK(vault.reopen());
}

TEST_CASE(
    "a set of slots that runs ahead of its keyring by more than one change is refused", "[messages]"
) {
    TestVault vault;
    vault.close();
    Opened(vault).add_slot(3);
    refused(vault, "the root key slots are not the set");
}

TEST_CASE("a slot that somebody without the keyring's key added is refused", "[messages]") {
    TestVault vault;
    vault.close();
    {
        Opened opened(vault);
        auto other =
            crypto::Keyring::create(opened.directory.identity().id, opened.random, from_ms(0));
        const auto spare = crypto::key_file_offer(opened.folder.path() / "spare.key");
        REQUIRE(opened.slots.add(
            opened.root.key, opened.root.generation, *spare, "spare", opened.random, from_ms(0)
        ));
        REQUIRE(opened.directory.write_slots(opened.slots.serialise(other, 1)));
    }
    refused(vault, "the root key slots are not the set");
}

TEST_CASE("the files vault and log.vkey may not contradict the log's first entry", "[messages]") {
    TestVault vault;
    vault.close();
    const auto identity = content(vault.data() / "vault");
    const auto with = [&](std::string_view what, std::string_view instead) {
        auto changed = identity;
        changed.replace(changed.find(what), what.size(), instead);
        write(vault.data() / "vault", changed);
    };
    SECTION("another kind") {
        with("kind development", "kind production");
        refused(vault, "the file 'vault' contradicts the log's first entry");
    }
    SECTION("another id") {
        const auto at = identity.find("id ") + 3;
        with(identity.substr(at, 1), identity[at] == '0' ? "1" : "0");
        CHECK_FALSE(vault.reopen());
    }
    SECTION("another origin") {
        with("vault.test/audit/n1", "vault.test/audit/n2");
        refused(vault, "");
    }
    SECTION("another key of the same name") {
        SystemRandom random;
        const auto other = crypto::SigningKey::from_seed(crypto::SigningSeed::random(random));
        const auto key = merkle::format_verifier_key({"vault.test/audit/n1", other.public_key()});
        write(vault.data() / "log.vkey", key + "\n");
        refused(vault, "the file 'log.vkey' is not the key that the log began with");
    }
    SECTION("another spelling of the key") {
        write(vault.data() / "log.vkey", content(vault.data() / "log.vkey") + "\n");
        refused(vault, "the file 'log.vkey' in the data directory is damaged");
    }
}

TEST_CASE("a vault without its state row does not open", "[messages]") {
    TestVault vault;
    vault.close();
    remove(vault, storage::Family::meta, std::string(ledger::vault_state_key));
    refused(vault, "the vault's state row is missing");
}

TEST_CASE("a vault whose text keys were made under other rules does not open", "[messages]") {
    TestVault vault;
    vault.close();
    SECTION("other ones") {
        put(vault, storage::Family::meta, std::string(storage::text_rules_key), "bytes/1");
        CHECK(vault.reopen().error().code == Errc::newer_format);
    }
    SECTION("it does not say which") {
        remove(vault, storage::Family::meta, std::string(storage::text_rules_key));
        refused(vault, "under which rules its text keys were made");
    }
}

TEST_CASE("a vault without its store does not open", "[messages]") {
    TestVault vault(GENERATE(test::Kept::in_memory, test::Kept::on_disk));
    vault.close();
    fs::rename(vault.data() / "store", vault.data().parent_path() / "taken away");
    refused(vault, "the directory 'store' is missing");
}

TEST_CASE("an older state row of the vault that was put back is named", "[messages]") {
    TestVault vault;
    vault.close();
    const auto old = rows_of(vault, storage::Family::meta);
    REQUIRE(vault.reopen());
    vault.close();
    for (const auto& [key, bytes] : old) {
        if (key == ledger::vault_state_key) put(vault, storage::Family::meta, key, bytes);
    }
    refused(vault, "is newer than the vault's state");
}

TEST_CASE("an older log that was put back is named", "[messages]") {
    TestVault vault;
    vault.close();
    const auto old = rows_of(vault, storage::Family::log);
    REQUIRE(vault.reopen());
    vault.close();
    for (const auto& [key, bytes] : rows_of(vault, storage::Family::log)) {
        remove(vault, storage::Family::log, key);
    }
    for (const auto& [key, bytes] : old) put(vault, storage::Family::log, key, bytes);
    refused(vault, "the log is shorter than the vault's state");
}

TEST_CASE(
    "a vault opens after attempts that failed, and their entries are all there is beyond its state",
    "[messages]"
) {
    TestVault vault;
    vault.close();
    const auto kept = vault.key_file().string() + ".kept";
    fs::rename(vault.key_file(), kept);
    const TestVault other;
    fs::copy_file(other.key_file(), vault.key_file());
    for (int i = 0; i < 3; ++i) CHECK(vault.reopen().error().code == Errc::wrong_secret);
    fs::remove(vault.key_file());
    fs::rename(kept, vault.key_file());
    REQUIRE(vault.reopen());
    CHECK(value(verify_store(vault.vault())).ok());
}

TEST_CASE(
    "an entry that somebody without keys appended is named, but for an attempt to unseal",
    "[messages]"
) {
    const auto action = GENERATE(
        audit::Action::unseal_attempt,
        audit::Action::login,
        audit::Action::retrieve,
        audit::Action::heartbeat,
        audit::Action::log_open,
        audit::Action::format_change
    );
    TestVault vault;
    vault.close();
    auto log = rows_of(vault, storage::Family::log);
    auto state = value(audit::parse_log_state(log.back().second));
    auto event = audit::unseal_attempt_event(false, "vault.test/audit/n1", state.last_time);
    event.action = action;
    SystemRandom random;
    event.id = Uuid::random(random);
    const auto section = [&](const Bytes& bytes) {
        ByteWriter row;
        row.u8(1).u8(0).u32(crypto::day_of(event.time)).u8(0);
        row.u16(static_cast<std::uint16_t>(audit::Salt{}.size() + bytes.size()));
        row.bytes(audit::Salt{}).bytes(bytes);
        return std::move(row).take();
    };
    const auto core = audit::encode_core(event);
    const auto priv = audit::encode_priv(event.priv);
    audit::Leaf leaf;
    leaf.index = state.size();
    leaf.time = state.last_time;
    leaf.core_commit =
        audit::bind_core(leaf.index, audit::commitment(audit::Section::core, audit::Salt{}, core));
    leaf.priv_commit = audit::commitment(audit::Section::priv, audit::Salt{}, priv);
    const auto bytes = audit::encode(leaf);
    const auto nodes = state.frontier.append(merkle::hash_leaf(bytes));
    put(vault,
        storage::Family::log,
        audit::entry_key(leaf.index),
        audit::entry_value(bytes, nodes, section(core), section(priv)));
    put(vault, storage::Family::log, audit::state_key(), audit::encode(state));
    if (action == audit::Action::unseal_attempt) {
        CHECK(vault.reopen());
    } else {
        refused(vault, "entry " + std::to_string(leaf.index) + " of the log is newer");
    }
}

TEST_CASE("a vault whose newest checkpoint is gone does not open", "[messages]") {
    TestVault vault;
    vault.close();
    std::vector<std::string> checkpoints;
    for (const auto& [key, bytes] : rows_of(vault, storage::Family::log)) {
        if (key.front() == audit::checkpoint_prefix) checkpoints.push_back(key);
    }
    REQUIRE_FALSE(checkpoints.empty());
    SECTION("the newest") { remove(vault, storage::Family::log, checkpoints.back()); }
    SECTION("all of them") {
        for (const auto& key : checkpoints) remove(vault, storage::Family::log, key);
    }
    refused(vault, "checkpoint");
}

}  // namespace opening_checks_test
