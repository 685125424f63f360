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

    bool forget(std::uint64_t mark) {
        const KeyRange range{Family::rows, "key", std::string("key\0", 4)};
        return value(storage::forget(*store, {&range, 1}, mark));
    }

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
    CHECK(forget(*store, {}, 1).error().code == Errc::unavailable);
    const rookery::test::MemoryEngine engine;
    const auto memory = value(engine(disk.folder.path() / "memory", OpenMode::create_if_missing));
    CHECK(mark_of(*memory) == 0);
    CHECK(value(forget(*memory, {}, 0)));
}

}  // namespace forgotten_keys_test
