// A vault whose index is of an older set gets what it lacks at its first opening.
#include "vault/older_index.hpp"

#include "storage/index_key.hpp"
#include "storage/text_key.hpp"
#include "storage/text_rules.hpp"
#include "support/test_vault.hpp"
#include "vault/verify_store.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>

namespace older_index_test {

using namespace rookery;
using namespace rookery::messages;
using test::TestVault;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";

using Entries = std::map<std::string, std::string>;

/// Of the two indexes whose entries hold the owner.
Entries entries_in(const storage::StoreView& view) {
    Entries out;
    const auto& table = *schema::table(application);
    for (const auto& range : {storage::by_name(table), storage::by_modified(table)}) {
        const auto entries = view.scan(range, storage::Order::ascending);
        for (; entries->valid(); entries->next()) out.emplace(entries->key(), entries->value());
    }
    return out;
}

/// As a program of the first set left it, or, without owners alone, one of the second.
void make_older(storage::Store& store, bool names, std::size_t how_many = 1000) {
    const auto& table = *schema::table(application);
    const auto by_name = storage::by_name(table).lower;
    const auto commit = store.begin();
    for (const auto& [entry, owner] : entries_in(*store.view())) {
        if (how_many-- == 0) break;
        commit->put(storage::Family::rowidx, entry, {});
        if (!names && entry.starts_with(by_name)) commit->remove(storage::Family::rowidx, entry);
    }
    const auto rules = storage::older_index_rules();
    commit->put(storage::Family::meta, storage::text_rules_key, names ? rules[1] : rules[0]);
    REQUIRE(commit->write());
}

std::size_t told(TestVault& vault) {
    const auto log = vault.run_as_system<LogReply>(RetrieveAuditEvents{});
    return static_cast<std::size_t>(std::ranges::count_if(log.entries, [](const auto& entry) {
        return entry.event.action == audit::Action::format_change;
    }));
}

struct Scene {
    Scene() {
        for (const char* name : {"b", "a", "c"}) {
            vault.create(application, std::pair{"msdyn_name", std::string(name)});
        }
        before = entries_in(*vault.vault().view().store());
        REQUIRE(before.size() == 6);
        vault.close();
    }

    TestVault vault;
    Entries before;
};

}  // namespace

TEST_CASE(
    "a vault with an older index has today's after its first opening, and says so", "[messages]"
) {
    const bool names = GENERATE(false, true);
    Scene scene;
    make_older(*scene.vault.store(), names);
    REQUIRE(scene.vault.reopen());
    CHECK(entries_in(*scene.vault.vault().view().store()) == scene.before);
    CHECK_FALSE(test::value(storage::has_older_index(*scene.vault.vault().view().store())));
    CHECK(told(scene.vault) == 1);
    CHECK(test::value(verify_store(scene.vault.vault())).findings.empty());
    REQUIRE(scene.vault.reopen());
    CHECK(told(scene.vault) == 1);
}

TEST_CASE("an index that was begun to be renewed is made good", "[messages]") {
    const bool names = GENERATE(false, true);
    Scene scene;
    make_older(*scene.vault.store(), names, 1);
    REQUIRE(scene.vault.reopen());
    CHECK(entries_in(*scene.vault.vault().view().store()) == scene.before);
}

TEST_CASE(
    "a vault says that it may hold kept rows once it keeps any, and not before", "[messages]"
) {
    Scene scene;
    const auto has_bin = [&] {
        return test::value(storage::has_bin(*scene.vault.vault().view().store()));
    };
    REQUIRE(scene.vault.reopen());
    CHECK_FALSE(has_bin());
    scene.vault.keep_deleted(std::chrono::days{1});
    CHECK(has_bin());
    CHECK(told(scene.vault) == 1);
    // What lies there stays when nothing more is kept, and so does the word.
    scene.vault.keep_deleted(std::chrono::days{0});
    CHECK(has_bin());
    CHECK(told(scene.vault) == 1);
}

TEST_CASE(
    "an older index is made good before a vault says that it may hold kept rows", "[messages]"
) {
    Scene scene;
    make_older(*scene.vault.store(), false);
    scene.vault.keep_deleted(std::chrono::days{1});
    CHECK(entries_in(*scene.vault.vault().view().store()) == scene.before);
    CHECK(test::value(storage::has_bin(*scene.vault.vault().view().store())));
    CHECK(told(scene.vault) == 2);
}

TEST_CASE("a vault that has today's index is left alone", "[messages]") {
    Scene scene;
    REQUIRE(scene.vault.reopen());
    CHECK(told(scene.vault) == 0);
}

}  // namespace older_index_test
