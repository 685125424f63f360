// A vault from before there was an index of names gets it at its first opening.
#include "vault/name_index.hpp"

#include "storage/index_key.hpp"
#include "storage/text_key.hpp"
#include "storage/text_rules.hpp"
#include "support/test_vault.hpp"
#include "vault/verify_store.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace name_index_test {

using namespace rookery;
using namespace rookery::messages;
using test::TestVault;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";

std::set<std::string> names_in(const storage::StoreView& view) {
    std::set<std::string> out;
    const auto entries =
        view.scan(storage::by_name(*schema::table(application)), storage::Order::ascending);
    for (; entries->valid(); entries->next()) out.emplace(entries->key());
    return out;
}

void remove_names(storage::Store& store, std::size_t how_many = 1000) {
    const auto commit = store.begin();
    for (const auto& entry : names_in(*store.view())) {
        if (how_many-- == 0) break;
        commit->remove(storage::Family::rowidx, entry);
    }
    commit->put(storage::Family::meta, storage::text_rules_key, storage::text_key_rules());
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
        before = names_in(*vault.vault().view().store());
        REQUIRE(before.size() == 3);
        vault.close();
    }

    TestVault vault;
    std::set<std::string> before;
};

}  // namespace

TEST_CASE(
    "a vault without an index of names has it after its first opening, and says so", "[messages]"
) {
    Scene scene;
    remove_names(*scene.vault.store());
    REQUIRE(scene.vault.reopen());
    CHECK(names_in(*scene.vault.vault().view().store()) == scene.before);
    CHECK_FALSE(test::value(storage::lacks_names(*scene.vault.vault().view().store())));
    CHECK(told(scene.vault) == 1);
    CHECK(test::value(verify_store(scene.vault.vault())).findings.empty());
    REQUIRE(scene.vault.reopen());
    CHECK(told(scene.vault) == 1);
}

TEST_CASE("an index of names that was begun is made good", "[messages]") {
    Scene scene;
    remove_names(*scene.vault.store(), 1);
    REQUIRE(scene.vault.reopen());
    CHECK(names_in(*scene.vault.vault().view().store()) == scene.before);
}

TEST_CASE("a vault that has an index of names is left alone", "[messages]") {
    Scene scene;
    REQUIRE(scene.vault.reopen());
    CHECK(told(scene.vault) == 0);
}

}  // namespace name_index_test
