#include "messages/parts.hpp"
#include "messages/verify_store.hpp"
#include "storage/row_key.hpp"
#include "support/test_vault.hpp"

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

/// Straight into the store, past the ledger: what somebody with the disk could do.
void overwrite(TestVault& vault, storage::Family family, const std::string& key, std::string stored) {
    auto& store = *vault.vault().parts().store;
    const auto commit = store.begin();
    commit->put(family, key, stored);
    REQUIRE(commit->write());
}

/// What `rookery verify` says of the store as it is on disk.
StoreReport verify(TestVault& vault) {
    REQUIRE(vault.reopen());
    return value(verify_store(vault.vault()));
}

std::string stored(TestVault& vault, const std::string& key) {
    return value(vault.vault().parts().store->view()->get(storage::Family::rows, key)).value();
}

Uuid application(TestVault& vault, const std::string& name) {
    return vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", name});
}

std::string key_of(const Uuid& id) {
    return storage::row_key({schema::known::msdyn_octwitterapplication.id, id});
}

}  // namespace

TEST_CASE("a vault that nobody touched has no problem", "[messages]") {
    TestVault vault;
    application(vault, "one");
    const auto report = verify(vault);
    CHECK(report.ok());
    CHECK(report.rows > 100);
    CHECK(report.index_entries > 0);
}

TEST_CASE("a changed byte of a row is found", "[messages]") {
    TestVault vault;
    const auto key = key_of(application(vault, "one"));
    auto bytes = stored(vault, key);
    bytes[40] = static_cast<char>(bytes[40] ^ 1);
    overwrite(vault, storage::Family::rows, key, bytes);
    CHECK_FALSE(verify(vault).ok());
}

TEST_CASE("an older copy of a row put back is found", "[messages]") {
    TestVault vault;
    const auto id = application(vault, "one");
    const auto before = stored(vault, key_of(id));
    Upsert rename;
    rename.target = TestVault::target("msdyn_octwitterapplication", id);
    rename.input.cells.push_back(
        TestVault::cell("msdyn_octwitterapplication", "msdyn_name", std::string("two"))
    );
    vault.run_as_system<NoContent>(std::move(rename));
    REQUIRE(verify(vault).ok());
    overwrite(vault, storage::Family::rows, key_of(id), before);
    CHECK_FALSE(verify(vault).ok());
}

TEST_CASE("an index entry that no row carries is found", "[messages]") {
    TestVault vault;
    const auto id = application(vault, "one");
    std::string entry("\x00\x03\x01", 3);
    entry += "made-up";
    entry += text_of(id.view());
    overwrite(vault, storage::Family::rowidx, entry, {});
    CHECK_FALSE(verify(vault).ok());
}

TEST_CASE("an older copy of a user's row is refused at the next start", "[messages]") {
    TestVault vault;
    const auto id = vault.user("alice");
    const auto key = storage::row_key({schema::known::systemuser.id, id});
    const auto before = stored(vault, key);
    Upsert disable;
    disable.target = TestVault::target("systemuser", id);
    disable.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", true));
    vault.run_as_system<NoContent>(std::move(disable));
    overwrite(vault, storage::Family::rows, key, before);
    const auto opened = vault.reopen();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::integrity);
}

TEST_CASE("a changed vault state row is refused at the next start", "[messages]") {
    TestVault vault;
    auto state = value(vault.vault().parts().store->view()->get(storage::Family::meta, "state")).value();
    state[20] = static_cast<char>(state[20] ^ 1);
    vault.vault().ledger().stop();
    overwrite(vault, storage::Family::meta, "state", state);
    const auto opened = vault.reopen();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::integrity);
}

TEST_CASE("another key file does not open the vault and the attempt is on the log", "[messages]") {
    TestVault vault;
    vault.close();
    std::filesystem::remove(vault.key_file());
    const auto missing = vault.reopen();
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == Errc::not_found);
}
