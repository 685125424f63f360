#include "vault/verify_store.hpp"

#include "ledger/outbox.hpp"
#include "storage/entry_owner.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "support/test_vault.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>
#include <fstream>
#include <set>

namespace verify_store_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

/// Straight into the store, past the ledger: what somebody with the disk could do.
void overwrite(
    TestVault& vault, storage::Family family, const std::string& key, std::string stored
) {
    auto& store = *vault.vault().parts().store;
    const auto commit = store.begin();
    commit->put(family, key, stored);
    REQUIRE(commit->write());
}

/// What `rookery verify` says of the store as it is on disk.
StoreReport verify(TestVault& vault) {
    const auto opened = vault.reopen();
    INFO((opened ? std::string() : opened.error().message));
    REQUIRE(opened);
    return value(verify_store(vault.vault()));
}

std::string words_of(const StoreReport& report) {
    std::string out;
    for (const auto& finding : report.findings) out += finding.place + ": " + finding.what + "\n";
    return out;
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
    TestVault vault(GENERATE(test::Kept::in_memory, test::Kept::on_disk));
    application(vault, "one");
    const auto report = verify(vault);
    INFO(words_of(report));
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
    auto state =
        value(vault.vault().parts().store->view()->get(storage::Family::meta, "state")).value();
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

TEST_CASE("an outbox entry that was changed, added or taken away is found", "[messages]") {
    TestVault vault;
    const auto id = application(vault, "one");
    const auto key = ledger::outbox_key({schema::known::msdyn_octwitterapplication.id, id});
    const auto entry =
        value(vault.vault().parts().store->view()->get(storage::Family::meta, key)).value();
    REQUIRE(verify(vault).ok());
    SECTION("another value") {
        auto changed = entry;
        changed[3] = static_cast<char>(changed[3] ^ 1);
        overwrite(vault, storage::Family::meta, key, changed);
    }
    SECTION("one more") {
        auto other = key;
        other.back() = static_cast<char>(other.back() ^ 1);
        overwrite(vault, storage::Family::meta, other, entry);
    }
    SECTION("one fewer") {
        const auto commit = vault.vault().parts().store->begin();
        commit->remove(storage::Family::meta, key);
        REQUIRE(commit->write());
    }
    const auto report = verify(vault);
    REQUIRE(report.finding_count == 1);
    CHECK(report.findings.front().place == "outbox");
    CHECK(report.findings.front().kind == audit::FindingKind::disagrees);
}

TEST_CASE("a key that no vault has is found in every family", "[messages]") {
    TestVault vault;
    const auto [family, key] = GENERATE(table<storage::Family, std::string>({
        {storage::Family::meta, "stray"},
        {storage::Family::meta, "statf"},
        {storage::Family::log, "stray"},
        {storage::Family::rows, "stray"},
        {storage::Family::rows, std::string("\xFF\xFF") + std::string(16, 'x')},
        {storage::Family::rowidx, "stray"},
    }));
    overwrite(vault, family, key, "value");
    const auto report = verify(vault);
    CHECK_FALSE(report.ok());
    CHECK(std::ranges::any_of(report.findings, [](const Finding& finding) {
        return finding.kind == audit::FindingKind::stray;
    }));
}

TEST_CASE("a byte of a row outside of its tag is found", "[messages]") {
    TestVault vault;
    const auto key = key_of(application(vault, "one"));
    auto bytes = stored(vault, key);
    bytes[bytes.size() - 2] =
        static_cast<char>(bytes[bytes.size() - 2] ^ 1);  // of the versionnumber
    overwrite(vault, storage::Family::rows, key, bytes);
    const auto report = verify(vault);
    CHECK_FALSE(report.ok());
    CHECK(std::ranges::any_of(report.findings, [](const Finding& finding) {
        return finding.what.find("not those the vault's state was written with") !=
               std::string::npos;
    }));
}

TEST_CASE("a row that is gone, with its index, is named as missing", "[messages]") {
    TestVault vault;
    const auto id = application(vault, "one");
    const auto row = value(storage::decode(
        schema::known::msdyn_octwitterapplication,
        id,
        stored(vault, key_of(id)),
        vault.vault().view().keys().authenticator
    ));
    const auto commit = vault.vault().parts().store->begin();
    commit->remove(storage::Family::rows, key_of(id));
    for (const auto& entry : storage::index_entries(std::get<storage::Row>(row))) {
        commit->remove(storage::Family::rowidx, entry);
    }
    REQUIRE(commit->write());
    const auto report = verify(vault);
    REQUIRE_FALSE(report.ok());
    CHECK(report.findings.front().kind == audit::FindingKind::missing);
    CHECK(report.findings.front().place == "msdyn_octwitterapplication " + to_string(id));
    CHECK(std::ranges::any_of(report.findings, [](const Finding& finding) {
        return finding.what.find("rows, and the state row counts") != std::string::npos;
    }));
}

TEST_CASE("an index entry with a value is found", "[messages]") {
    TestVault vault;
    application(vault, "one");
    std::string key;
    {
        const auto view = vault.vault().parts().store->view();
        const auto cursor =
            view->scan({storage::Family::rowidx, {}, {}}, storage::Order::ascending);
        REQUIRE(cursor->valid());
        key = cursor->key();
    }
    overwrite(vault, storage::Family::rowidx, key, "value");
    const auto report = verify(vault);
    REQUIRE(report.finding_count == 1);
    CHECK(report.findings.front().what == "an index entry with another value than its row's");
}

TEST_CASE(
    "an index entry that names another owner is found, and one that names none", "[messages]"
) {
    TestVault vault;
    application(vault, "one");
    const auto range = storage::by_name(schema::known::msdyn_octwitterapplication);
    std::string key;
    std::string owner;
    {
        const auto cursor =
            vault.vault().parts().store->view()->scan(range, storage::Order::ascending);
        REQUIRE(cursor->valid());
        key = cursor->key();
        owner = cursor->value();
    }
    REQUIRE(owner.size() == storage::owner_bytes);
    auto other = owner;
    other.back() = static_cast<char>(other.back() ^ 1);
    for (const auto& changed : {other, std::string{}}) {
        overwrite(vault, storage::Family::rowidx, key, changed);
        const auto report = verify(vault);
        REQUIRE(report.finding_count == 1);
        CHECK(report.findings.front().what == "an index entry with another value than its row's");
    }
    overwrite(vault, storage::Family::rowidx, key, owner);
    CHECK(verify(vault).ok());
}

TEST_CASE("a file that no vault has is found with everything else", "[messages]") {
    TestVault vault(test::Kept::on_disk);
    REQUIRE(verify(vault).ok());
    std::ofstream(vault.data() / "notes") << "x";
    const auto report = verify(vault);
    REQUIRE(report.finding_count == 1);
    CHECK(report.findings.front().place == "notes");
}

TEST_CASE("every entry's sections are opened, and counted", "[messages]") {
    TestVault vault;
    const auto report = verify(vault);
    CHECK(report.log_entries > report.rows);  // one for every row that the vault began with
    CHECK(report.log_sections == 2 * report.log_entries);
}

TEST_CASE("a report keeps the first hundred findings and counts them all", "[messages]") {
    StoreReport report;
    for (int i = 0; i < 250; ++i) {
        report.find(audit::FindingKind::stray, "place " + std::to_string(i), "what");
    }
    CHECK(report.finding_count == 250);
    REQUIRE(report.findings.size() == 100);
    CHECK(report.findings.back().place == "place 99");
    CHECK_FALSE(report.ok());
    CHECK(StoreReport{}.ok());
}

TEST_CASE("progress is told with what is looked at", "[messages]") {
    TestVault vault;
    std::set<std::string> told;
    REQUIRE(verify_store(vault.vault(), [&](std::string_view what, std::uint64_t, std::uint64_t) {
        told.emplace(what);
    }));
    CHECK(told.contains("reading the store's files"));
    CHECK(told.contains("checking rows"));
}

}  // namespace verify_store_test
