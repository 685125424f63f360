// The engine of the tests owes what any engine owes, but for what needs a disk.
#include "support/memory_store.hpp"

#include "storage/store_contract.hpp"
#include "storage/store_use.hpp"
#include "storage/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

namespace memory_store_test {

using namespace rookery;
using namespace rookery::storage;
using rookery::test::MemoryEngine;
using storage::test::put;
using storage::test::TemporaryFolder;
using storage::test::value_of;

namespace fs = std::filesystem;

namespace {

class InMemory final : public storage::test::EngineUnderTest {
 public:
    [[nodiscard]] Result<std::unique_ptr<Store>> open(OpenMode mode) override {
        return engine_(folder_.path() / "db", mode);
    }

    [[nodiscard]] Result<std::unique_ptr<Store>> open_with_bound(std::size_t touched_keys_max
    ) override {
        return MemoryEngine(touched_keys_max)(folder_.path() / "db", OpenMode::create_if_missing);
    }

    [[nodiscard]] std::shared_ptr<void> writes_failing() override {
        engine_.fail_writes(true);
        return {this, [engine = engine_](void*) { engine.fail_writes(false); }};
    }

 private:
    TemporaryFolder folder_;
    MemoryEngine engine_;
};

const storage::test::ContractTests contract("the store in memory", {}, [] {
    return std::make_unique<InMemory>();
});

}  // namespace

TEST_CASE(
    "each folder has a store of its own, and copies of an engine the same ones", "[storage]"
) {
    const TemporaryFolder folder;
    const MemoryEngine engine;
    const auto copy = engine;  // NOLINT(performance-unnecessary-copy-initialization)
    put(*engine(folder.path() / "a", OpenMode::create_if_missing).value(), "a", "v");
    const auto a = copy(folder.path() / "a", OpenMode::must_exist);
    REQUIRE(a);
    CHECK(value_of(*(*a)->view(), "a") == "v");
    const auto b = copy(folder.path() / "b", OpenMode::create_if_missing);
    REQUIRE(b);
    CHECK(value_of(*(*b)->view(), "a") == std::nullopt);
    CHECK_FALSE(MemoryEngine()(folder.path() / "a", OpenMode::must_exist));
}

TEST_CASE("a store in memory goes with its folder, which stays empty", "[storage]") {
    const TemporaryFolder folder;
    const MemoryEngine engine;
    const auto path = folder.path() / "db";
    put(*engine(path, OpenMode::create_if_missing).value(), "a", "v");
    CHECK(fs::is_empty(path));
    CHECK(fs::status(path).permissions() == fs::perms::owner_all);
    fs::remove(path);
    const auto store = engine(path, OpenMode::must_exist);
    REQUIRE_FALSE(store);
    CHECK(store.error().code == Errc::io);
    const auto made = engine(path, OpenMode::create_if_missing);
    REQUIRE(made);
    CHECK(value_of(*(*made)->view(), "a") == std::nullopt);
}

}  // namespace memory_store_test
