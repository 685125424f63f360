// What the engine's files are held to: every byte of a table file, nothing in the engine's own family,
// and nothing left in the write-ahead log by an orderly end.
#include "storage/rocksdb_store.hpp"
#include "storage/temporary_folder.hpp"

#include <catch2/catch.hpp>
#include <rocksdb/db.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <sys/resource.h>
#include <system_error>
#include <thread>
#include <vector>

namespace rocksdb_files_test {

using namespace rookery;
using namespace rookery::storage;
using storage::test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

std::unique_ptr<Store> open(const fs::path& folder, OpenMode mode = OpenMode::must_exist) {
    auto store = open_rocksdb(folder, mode);
    if (!store) FAIL(store.error().message);
    return std::move(*store);
}

/// A store with something in every family, closed in order.
void fill(const fs::path& folder) {
    const auto store = open(folder, OpenMode::create_if_missing);
    const auto commit = store->begin();
    for (int i = 0; i < 40; ++i) {
        for (const auto family : {Family::rows, Family::rowidx, Family::log, Family::meta}) {
            commit->put(family, "key " + std::to_string(i), "value " + std::to_string(i));
        }
    }
    REQUIRE(commit->write());
}

std::vector<fs::path> files_of(const fs::path& folder, std::string_view extension) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == extension) out.push_back(entry.path());
    }
    return out;
}

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, std::string_view bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void flip(const fs::path& path, std::size_t at) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(at));
    const auto byte = static_cast<char>(file.get() ^ 1);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(byte);
}

}  // namespace

TEST_CASE("the files of a store that nobody touched are as the engine wrote them", "[storage]") {
    const TemporaryFolder folder;
    fill(folder.path() / "store");
    const auto store = open(folder.path() / "store");
    CHECK(store->check_files());
    CHECK(open(folder.path() / "store" / ".." / "other", OpenMode::create_if_missing)->check_files()
    );
}

TEST_CASE("a flipped byte anywhere in a table file is found", "[storage]") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store";
    fill(path);
    const auto store = open(path, OpenMode::read_only);
    const auto files = files_of(path, ".sst");
    REQUIRE(files.size() == 4);
    for (const auto& file : files) {
        const auto size = fs::file_size(file);
        for (std::size_t at = 0; at < size; ++at) {
            flip(file, at);
            const auto checked = store->check_files();
            if (checked) FAIL(file.filename() << " byte " << at);
            if (checked.error().code != Errc::integrity) FAIL(file.filename() << " byte " << at);
            flip(file, at);
        }
    }
    CHECK(store->check_files());
}

TEST_CASE("a table file that was cut or made longer is found, and named", "[storage]") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store";
    fill(path);
    const auto store = open(path, OpenMode::read_only);
    const auto file = files_of(path, ".sst").front();
    const auto whole = content(file);
    const auto refused = [&] {
        const auto checked = store->check_files();
        REQUIRE_FALSE(checked);
        CHECK(checked.error().code == Errc::integrity);
        return checked.error().hint.find(file.filename().string()) != std::string::npos;
    };
    SECTION("longer") {
        write(file, whole + "x");
        CHECK(refused());
        write(file, whole);
        CHECK(store->check_files());
    }
    SECTION("gone") {
        fs::rename(file, folder.path() / "kept");
        CHECK(refused());
        fs::rename(folder.path() / "kept", file);
        CHECK(store->check_files());
    }
}

TEST_CASE("a file that this process cannot open now is no damage", "[storage]") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store";
    fill(path);
    const auto store = open(path, OpenMode::read_only);
    // UBSan opens a pipe to look at a class that it has not met yet.
    CHECK_FALSE(std::generic_category().message(EMFILE).empty());
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    const rlimit none{0, limit.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const auto checked = store->check_files();
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Errc::io);
    CHECK(store->check_files());
}

TEST_CASE("a link or a folder in the place of a table file is damage", "[storage]") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store";
    fill(path);
    const auto store = open(path, OpenMode::read_only);
    const auto file = files_of(path, ".sst").front();
    fs::rename(file, folder.path() / "kept");
    SECTION("a link to the very file") { fs::create_symlink(folder.path() / "kept", file); }
    SECTION("a folder") { fs::create_directory(file); }
    const auto checked = store->check_files();
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Errc::integrity);
}

TEST_CASE("files that are merged while they are checked are no damage", "[storage]") {
    const TemporaryFolder folder;
    RocksdbOptions options;
    options.write_buffer_bytes = std::size_t{128} << 10;
    auto opened = open_rocksdb(folder.path() / "store", OpenMode::create_if_missing, options);
    REQUIRE(opened);
    auto& store = **opened;
    std::atomic<bool> done = false;
    std::atomic<int> checks = 0;
    std::atomic<int> damaged = 0;
    std::thread checking([&] {
        while (!done) {
            if (!store.check_files()) ++damaged;
            ++checks;
        }
    });
    for (int i = 0; i < 200 || checks < 3; ++i) {
        const auto commit = store.begin();
        for (int j = 0; j < 20; ++j) {
            commit->put(Family::rows, std::to_string((i * 7 + j) % 400), std::string(1000, 'v'));
        }
        if (!commit->write()) break;
    }
    done = true;
    checking.join();
    CHECK(damaged == 0);
    CHECK(checks >= 3);
    CHECK(store.check_files());
}

TEST_CASE("a key in the engine's own family is found", "[storage]") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store";
    fill(path);
    {
        rocksdb::Options options;
        std::vector<std::string> names;
        REQUIRE(rocksdb::DB::ListColumnFamilies(options, path.string(), &names).ok());
        std::vector<rocksdb::ColumnFamilyDescriptor> families;
        for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        rocksdb::DB* raw = nullptr;
        REQUIRE(rocksdb::DB::Open(options, path.string(), families, &handles, &raw).ok());
        const std::unique_ptr<rocksdb::DB> db(raw);
        REQUIRE(db->Put(rocksdb::WriteOptions{}, "stray", "value").ok());
        for (auto* handle : handles) REQUIRE(db->DestroyColumnFamilyHandle(handle).ok());
    }
    const auto store = open(path);
    const auto checked = store->check_files();
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Errc::integrity);
    CHECK(checked.error().message.find("the engine's own family") != std::string::npos);
}

TEST_CASE("an orderly end leaves nothing in the write-ahead log", "[storage]") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store";
    fill(path);
    for (const auto& file : files_of(path, ".log")) {
        INFO(file);
        CHECK(fs::file_size(file) == 0);
    }
    {
        const auto store = open(path);
        const auto commit = store->begin();
        commit->put(Family::rows, "key 1", "newer");
        REQUIRE(commit->write());
        // It is there as long as the store is open: that is what a crash would leave.
        std::uintmax_t logged = 0;
        for (const auto& file : files_of(path, ".log")) logged += fs::file_size(file);
        CHECK(logged > 0);
    }
    for (const auto& file : files_of(path, ".log")) CHECK(fs::file_size(file) == 0);
    const auto store = open(path, OpenMode::read_only);
    const auto found = store->view()->get(Family::rows, "key 1");
    REQUIRE(found);
    CHECK(*found == "newer");
    CHECK(store->check_files());
}

TEST_CASE("a store that was only read is left as it was", "[storage]") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store";
    fill(path);
    const auto before = files_of(path, ".sst").size();
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path)) names.push_back(entry.path().filename());
    open(path, OpenMode::read_only).reset();
    CHECK(files_of(path, ".sst").size() == before);
    std::vector<std::string> after;
    for (const auto& entry : fs::directory_iterator(path)) after.push_back(entry.path().filename());
    CHECK(after == names);
}

TEST_CASE("a store whose files this engine cannot read is told apart from damage", "[storage]") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store";
    fill(path);
    // The format's number is in the footer: the 4 bytes before the engine's magic number.
    for (const auto& file : files_of(path, ".sst")) {
        auto bytes = content(file);
        bytes[bytes.size() - 12] = 6;
        write(file, bytes);
    }
    const auto store = open_rocksdb(path, OpenMode::must_exist);
    if (store) {
        const auto value = (*store)->view()->get(Family::rows, "key 1");
        REQUIRE_FALSE(value);
        CHECK(value.error().code == Errc::newer_format);
    } else {
        INFO(store.error().message << ": " << store.error().hint);
        CHECK(store.error().code == Errc::newer_format);
    }
}

}  // namespace rocksdb_files_test
