// What was removed, and is to be in no file of the store any more.
#include "storage/forgotten_keys.hpp"

#include "storage/held_files.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/temporary_folder.hpp"
#include "support/memory_store.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

namespace forgotten_keys_test {

using namespace rookery;
using namespace rookery::storage;
using rookery::storage::test::TemporaryFolder;

namespace {

template <class T>
T value(Result<T> result) {
    REQUIRE(result);
    return std::move(*result);
}

constexpr std::string_view marker = "a value that is looked for in files";

struct OnDisk {
    TemporaryFolder folder;
    std::unique_ptr<Store> store = open();

    std::unique_ptr<Store> open(OpenMode mode = OpenMode::create_if_missing) {
        return value(open_rocksdb(folder.path() / "store", mode));
    }

    void put(std::string_view key, std::string_view what) {
        const auto commit = store->begin();
        commit->put(Family::rows, key, what);
        REQUIRE(commit->write());
    }

    void remove(std::string_view key) {
        const auto commit = store->begin();
        commit->remove(Family::rows, key);
        REQUIRE(commit->write());
    }

    /// False: it waits.
    bool forget(std::uint64_t mark) {
        Forgetting forgetting({{Family::rows, "key", std::string("key\0", 4)}}, mark);
        return end_of(forgetting) == Forgetting::State::done;
    }

    /// What the steps come to.
    Forgetting::State end_of(Forgetting& forgetting) {
        auto state = Forgetting::State::more;
        for (; state == Forgetting::State::more; ++steps) state = value(forgetting.step(*store));
        return state;
    }

    int steps = 0;

    /// A file that the engine rewrites meanwhile is in neither place at times: looked at more than once.
    bool in_files() {
        for (int i = 0; i < 5; ++i) {
            if (seen_in_files()) return true;
        }
        return false;
    }

    bool seen_in_files() {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
            if (!entry.is_regular_file()) continue;
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string all(std::istreambuf_iterator<char>(file), {});
            if (all.find(marker) != std::string::npos) return true;
        }
        return false;
    }
};

}  // namespace

TEST_CASE(
    "what was removed is in no file once it is forgotten, wherever it had come to", "[storage]"
) {
    for (const int openings : {0, 1, 2}) {
        OnDisk disk;
        disk.put("a", "before");
        disk.put("key", marker);
        disk.put("z", "behind");
        for (int i = 0; i < openings; ++i) {
            disk.store.reset();
            disk.store = disk.open();
        }
        disk.remove("key");
        CHECK(disk.in_files());
        const auto mark = mark_of(*disk.store);
        disk.put("a", "once more, which lets the view before go");
        CHECK(disk.forget(mark));
        CHECK_FALSE(disk.in_files());
        CHECK(value(disk.store->view()->get(Family::rows, "a")));
        CHECK(value(disk.store->view()->get(Family::rows, "z")));
        disk.store.reset();
        CHECK_FALSE(disk.in_files());
    }
}

TEST_CASE("nothing is forgotten that somebody still reads, or copies", "[storage]") {
    OnDisk disk;
    disk.put("key", marker);
    auto reader = disk.store->view();
    disk.remove("key");
    const auto mark = mark_of(*disk.store);
    CHECK_FALSE(disk.forget(mark));
    CHECK(value(reader->get(Family::rows, "key")) == std::string(marker));
    reader.reset();  // and nothing else is written
    auto held = value(hold_files(*disk.store));
    CHECK_FALSE(disk.forget(mark));
    CHECK(disk.in_files());
    held.reset();
    CHECK(disk.forget(mark));
    CHECK_FALSE(disk.in_files());
}

TEST_CASE(
    "a store for reading only forgets nothing, and one in memory has nothing to forget", "[storage]"
) {
    OnDisk disk;
    disk.put("key", marker);
    disk.store.reset();
    const auto store = disk.open(OpenMode::read_only);
    CHECK(Forgetting({}, 1).step(*store).error().code == Errc::unavailable);
    const rookery::test::MemoryEngine engine;
    const auto memory = value(engine(disk.folder.path() / "memory", OpenMode::create_if_missing));
    CHECK(mark_of(*memory) == 0);
    CHECK(value(Forgetting({}, 0).step(*memory)) == Forgetting::State::done);
}

TEST_CASE("a wide range is forgotten a file at a time, and each part once", "[storage][slow]") {
    OnDisk disk;
    constexpr int files = 4;
    const std::string filling(std::size_t{1} << 20, 'x');
    // Files of the lowest level beside each other, and a value in each that is removed.
    for (int i = 0; i < files; ++i) {
        const auto key = std::string(1, static_cast<char>('a' + i));
        for (int part = 0; part < 8; ++part) disk.put(key + std::to_string(part), filling);
        disk.put(key + "removed", marker);
        disk.store.reset();
        disk.store = disk.open();
        Forgetting settle({{Family::rows, key, key + "z"}}, mark_of(*disk.store));
        disk.put("z", "once more, which lets the view before go");
        REQUIRE(disk.end_of(settle) == Forgetting::State::done);
    }
    for (int i = 0; i < files; ++i) {
        disk.remove(std::string(1, static_cast<char>('a' + i)) + "removed");
    }
    const auto mark = mark_of(*disk.store);
    disk.put("z", "and again");
    Forgetting forgetting({{Family::rows, "a", "z"}}, mark);
    auto held = std::unique_ptr<HeldFiles>{};
    disk.steps = 0;
    for (auto state = Forgetting::State::more; state != Forgetting::State::waits; ++disk.steps) {
        // Somebody begins to copy files in the middle: what was done stays done.
        if (disk.steps == 3) held = value(hold_files(*disk.store));
        state = value(forgetting.step(*disk.store));
        REQUIRE(state != Forgetting::State::done);
    }
    CHECK(disk.steps >= files);
    held.reset();
    CHECK(value(forgetting.step(*disk.store)) == Forgetting::State::done);
    CHECK_FALSE(disk.in_files());
    for (int i = 0; i < files; ++i) {
        const auto key = std::string(1, static_cast<char>('a' + i)) + "7";
        CHECK(value(disk.store->view()->get(Family::rows, key)) == filling);
    }
}

}  // namespace forgotten_keys_test
