// Keys are replaced while requests are under way: each is planned with one key set, whole, and decided anew when that
// is no longer the newest.

#include "support/test_vault.hpp"
#include "vault/vault_parts.hpp"
#include "vault/verify_store.hpp"

#include <atomic>
#include <thread>

namespace replace_keys_test {

using namespace rookery;
using namespace rookery::messages;
using crypto::Purpose;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";

/// The keyring with one more key for the purpose, which is the active one; two epochs later.
crypto::Keyring rotated(
    const crypto::Keyring& keyring, Purpose purpose, Random& random, Instant now
) {
    const auto more = value(keyring.with_new_key(purpose, random, now));
    std::uint32_t newest = 0;
    for (const auto& entry : more.entries()) {
        if (entry.purpose == purpose) newest = std::max(newest, entry.version);
    }
    return value(more.with_active(purpose, newest, now, crypto::KeyState::decrypt_only));
}

void rotate(TestVault& vault, Purpose purpose) {
    const auto replaced = vault.vault().change_keyring(
        [&](const crypto::Keyring& newest) {
            return rotated(newest, purpose, vault.random(), vault.clock().now());
        },
        {}
    );
    INFO((replaced ? std::string() : replaced.error().message));
    REQUIRE(replaced);
}

std::string words_of(const StoreReport& report) {
    std::string out;
    for (const auto& finding : report.findings) out += finding.place + ": " + finding.what + "\n";
    return out;
}

constexpr Purpose rotated_purposes[] = {
    Purpose::record_kek, Purpose::row, Purpose::audit_kek, Purpose::pseudonym};

}  // namespace

TEST_CASE("what was written under older keys is read and verified under newer ones", "[messages]") {
    TestVault vault;
    const auto before = vault.create(application, std::pair{"msdyn_name", std::string("before")});
    for (const auto purpose : rotated_purposes) rotate(vault, purpose);
    const auto after = vault.create(application, std::pair{"msdyn_name", std::string("after")});
    for (const auto& id : {before, after}) {
        Retrieve message;
        message.target = TestVault::target(application, id);
        CHECK(vault.run<RowReply>(vault.vault().system(), std::move(message)));
    }
    const auto report = value(verify_store(vault.vault()));
    INFO(words_of(report));
    CHECK(report.ok());
}

TEST_CASE("a plan that was made with older keys is stale, and made again it holds", "[messages]") {
    TestVault vault;
    Create message;
    message.table = schema::table(application);
    message.input.cells.push_back(TestVault::cell(application, "msdyn_name", std::string("raced")));
    const Message asked = std::move(message);
    RequestInfo info;
    WorkBudget work;
    const auto plan = [&] {
        return vault.vault().pipeline().plan(
            vault.vault().view(), vault.vault().system(), asked, info, work
        );
    };
    auto older = plan();
    rotate(vault, Purpose::row);
    CHECK(std::holds_alternative<ledger::Stale>(vault.vault().ledger().commit(std::move(older))));
    CHECK(std::holds_alternative<ledger::Receipt>(vault.vault().ledger().commit(plan())));
}

TEST_CASE(
    "keys of an epoch that is not later are refused, and those that sign or sum otherwise",
    "[messages]"
) {
    TestVault vault(rookery::test::Kept::on_disk);
    const auto changed = [&](Purpose purpose, std::shared_ptr<const ledger::Snapshot> of) {
        return vault.vault().change_keyring(
            [&](const crypto::Keyring& newest) -> Result<crypto::Keyring> {
                return rotated(
                    of ? of->keys->keyring : newest, purpose, vault.random(), vault.clock().now()
                );
            },
            {}
        );
    };
    auto before = vault.vault().ledger().snapshot();
    REQUIRE(changed(Purpose::row, {}));
    CHECK(changed(Purpose::row, before).error().code == Errc::invalid_argument);
    for (const auto purpose : {Purpose::log_signing, Purpose::digest}) {
        CHECK(changed(purpose, {}).error().code == Errc::invalid_argument);
    }
    before.reset();  // it holds the store
    // None of them is in the file either: the vault opens with the keyring that was taken.
    CHECK(vault.reopen());
}

TEST_CASE(
    "while keys are replaced under load no request fails and no write is lost", "[messages]"
) {
    constexpr int writers = 3;
    constexpr int rounds = 8;
    TestVault vault;
    std::atomic<bool> over{false};
    std::atomic<int> failures{0};
    std::atomic<int> done{0};
    std::array<std::vector<Uuid>, writers> made;
    std::vector<std::thread> threads;
    for (int writer = 0; writer < writers; ++writer) {
        threads.emplace_back([&, writer] {
            while (!over.load()) {
                Create message;
                message.table = schema::table(application);
                message.input.cells.push_back(TestVault::cell(
                    application, "msdyn_name", "of writer " + std::to_string(writer)
                ));
                const auto created =
                    vault.run<NoContent>(vault.vault().system(), std::move(message));
                if (!created) {
                    ++failures;
                    continue;
                }
                made[static_cast<std::size_t>(writer)].push_back(*created->id);
                Retrieve shown;
                shown.target = TestVault::target(application, *created->id);
                if (!vault.run<RowReply>(vault.vault().system(), std::move(shown))) ++failures;
                ++done;
            }
        });
    }
    std::size_t written = 0;
    for (int round = 0; round < rounds; ++round) {
        for (const auto purpose : rotated_purposes) {
            rotate(vault, purpose);
            const int seen = done.load();
            while (done.load() == seen && failures.load() == 0) std::this_thread::yield();
        }
    }
    over.store(true);
    for (auto& thread : threads) thread.join();
    for (const auto& ids : made) {
        for (const auto& id : ids) {
            Retrieve shown;
            shown.target = TestVault::target(application, id);
            CHECK(vault.run<RowReply>(vault.vault().system(), std::move(shown)));
            ++written;
        }
    }
    CHECK(failures.load() == 0);
    CHECK(written > 0);
    const auto report = value(verify_store(vault.vault()));
    INFO(words_of(report));
    CHECK(report.ok());
}

}  // namespace replace_keys_test
