// Uses of the record KEK in an open vault: reserved in the keyring's file, within its epoch, and counted over openings.
#include "crypto/key_uses.hpp"

#include "jobs/key_scene.hpp"

#include <thread>

namespace key_uses_test {

using namespace rookery;
using namespace rookery::jobs;
using crypto::KeyUses;
using messages::JobStatus;
using rookery::test::KeyScene;
using rookery::test::value;

namespace {

const KeyUses& uses_in(KeyScene& scene) { return *scene.jobs.vault.vault().view().keys().uses; }

/// What the file says, which nobody has to open for it: the vault does at its next opening.
std::uint64_t reserved_after_reopening(KeyScene& scene) {
    scene.crash();
    return scene.keks().back().uses_reserved;
}

}  // namespace

TEST_CASE("an open vault has a lease of uses, and each token that is sealed is one", "[jobs]") {
    KeyScene scene;
    const auto before = uses_in(scene).used();
    CHECK(uses_in(scene).reserved() >= before + KeyUses::lease / 2);
    for (int i = 0; i < 7; ++i) scene.make("app " + std::to_string(i));
    CHECK(uses_in(scene).used() == before + 7);
}

TEST_CASE("over a crash too many uses are counted and never too few", "[jobs]") {
    KeyScene scene;
    for (int i = 0; i < 7; ++i) scene.make("app " + std::to_string(i));
    const auto epoch = scene.jobs.vault.vault().view().keys().keyring.epoch();
    const auto used = uses_in(scene).used();
    const auto reserved = uses_in(scene).reserved();
    CHECK(reserved_after_reopening(scene) == reserved);
    CHECK(uses_in(scene).used() >= used);
    CHECK(uses_in(scene).reserved() == reserved + KeyUses::lease);
    CHECK(scene.jobs.vault.vault().view().keys().keyring.epoch() == epoch);
    scene.check_store();
}

TEST_CASE("a lease is written before the last one ends, and nobody waits for it", "[jobs]") {
    KeyScene scene;
    auto& uses = *scene.jobs.vault.vault().view().keys().uses;
    const auto first = uses.reserved();
    while (!uses.is_low()) REQUIRE(uses.take());
    while (uses.reserved() == first) std::this_thread::yield();
    CHECK(uses.reserved() > first);
    const auto reserved = uses.reserved();
    CHECK(reserved_after_reopening(scene) == reserved);
}

TEST_CASE("a new KEK begins with a lease of its own, and the older one keeps its count", "[jobs]") {
    KeyScene scene;
    for (int i = 0; i < 20; ++i) scene.make("app " + std::to_string(i));
    const auto older = uses_in(scene).reserved();
    scene.rotate();
    CHECK(uses_in(scene).used() == 20);
    CHECK(uses_in(scene).reserved() == KeyUses::lease);
    CHECK(reserved_after_reopening(scene) == KeyUses::lease);
    CHECK(scene.keks().front().uses_reserved == older);
}

TEST_CASE("a server makes another KEK once one was used often enough", "[jobs]") {
    KeyScene scene;
    for (int i = 0; i < 3; ++i) scene.make("app " + std::to_string(i));
    auto& vault = scene.jobs.vault.vault();
    const auto most = uses_in(scene).used();
    scene.jobs.runner.reset();
    std::vector<ScheduledJob> all;
    ScheduledJob rotation{std::make_unique<KeyRotation>(vault, scene.jobs.caller()), {}};
    rotation.due = [&] { return scene.keks().size() == 1 && uses_in(scene).used() > most; };
    all.push_back(std::move(rotation));
    JobRunner runner({}, std::move(all), vault, scene.jobs.caller(), scene.jobs.vault.jobs());
    for (int i = 0; i < 50; ++i) (void)runner.turn();
    CHECK(scene.keks().size() == 1);
    scene.make("one more");
    scene.jobs.vault.clock().advance(std::chrono::minutes{2});
    for (int i = 0; i < 200; ++i) (void)runner.turn();
    CHECK(scene.keks().size() == 2);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, 4}});
}

}  // namespace key_uses_test
