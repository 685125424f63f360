// RocksDB and its folder: what is about files, locks and logs. What it owes as any engine does:
// rocksdb_contract_test.cpp.
#include "storage/rocksdb_store.hpp"

#include "storage/range_sizes.hpp"
#include "storage/rocksdb_folder.hpp"
#include "storage/store_use.hpp"
#include "storage/temporary_folder.hpp"
#include "support/fault_store.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <map>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rocksdb_store_test {

using namespace rookery;
using namespace rookery::storage;
using storage::test::change;
using storage::test::copy_folder;
using storage::test::keys_in;
using storage::test::live_log;
using storage::test::put;
using storage::test::TemporaryFolder;
using storage::test::value_of;

namespace fs = std::filesystem;

namespace {

std::unique_ptr<Store> open(const fs::path& folder, OpenMode mode = OpenMode::create_if_missing) {
    auto store = open_rocksdb(folder, mode);
    if (!store) FAIL(store.error().message);
    return std::move(*store);
}

Errc open_error(const fs::path& folder, OpenMode mode) {
    const auto store = open_rocksdb(folder, mode);
    REQUIRE_FALSE(store);
    CHECK_FALSE(store.error().hint.empty());
    return store.error().code;
}

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::map<std::string, std::string> everything_in(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        files.emplace(entry.path().filename().string(), content(entry.path()));
    }
    return files;
}

}  // namespace

TEST_CASE("a torn last record is a crash: the store opens without it", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path() / "db");
    for (int i = 0; i < 50; ++i) put(*store, "k" + std::to_string(i), std::string(100, 'v'));
    copy_folder(folder.path() / "db", folder.path() / "torn");
    const auto log = live_log(folder.path() / "torn");
    fs::resize_file(log, fs::file_size(log) - 20);
    const auto reopened = open(folder.path() / "torn", OpenMode::must_exist);
    CHECK(value_of(*reopened->view(), "k48"));
    CHECK(value_of(*reopened->view(), "k49") == std::nullopt);
}

TEST_CASE(
    "a changed byte inside the write-ahead log is damage: the store does not open", "[storage]"
) {
    const TemporaryFolder folder;
    const auto store = open(folder.path() / "db");
    for (int i = 0; i < 50; ++i) put(*store, "k" + std::to_string(i), std::string(2000, 'v'));
    copy_folder(folder.path() / "db", folder.path() / "damaged");
    const auto log = live_log(folder.path() / "damaged");
    auto bytes = content(log);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    std::ofstream(log, std::ios::binary) << bytes;
    const auto result = open_rocksdb(folder.path() / "damaged", OpenMode::must_exist);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::integrity);
    CHECK(result.error().message == "integrity check failed");
    CHECK_FALSE(result.error().hint.empty());
}

TEST_CASE("a view tells about how many bytes of files a range takes", "[storage]") {
    const TemporaryFolder folder;
    const auto place = folder.path() / "sizes";
    {
        const auto store = open(place);
        const auto commit = store->begin();
        for (int i = 1000; i < 3000; ++i) {
            commit->put(Family::rows, "a" + std::to_string(i), std::string(100, 'v'));
        }
        REQUIRE(commit->write());
        CHECK(bytes_in_files(*store->view(), {Family::rows, "a", "b"}) == 0);  // none is in a file
    }
    const auto store = open(place, OpenMode::must_exist);
    const auto view = store->view();
    const auto all = bytes_in_files(*view, {Family::rows, "a", "b"});
    CHECK(all > 2000 * 100);
    CHECK(all < 2000 * 200);
    const auto half = bytes_in_files(*view, {Family::rows, "a1", "a2"});
    CHECK(half > all / 4);
    CHECK(half < all - all / 4);
    CHECK(bytes_in_files(*view, {Family::rows, "b", "c"}) == 0);
    CHECK(bytes_in_files(*view, {Family::rowidx, "a", "b"}) == 0);
    CHECK(bytes_in_files(*view, {Family::rows, "b", "a"}) == 0);
    CHECK(bytes_in_files(*view, {Family::rows, "a", ""}) == 0);  // of an open end it tells nothing
}

TEST_CASE("a folder that another process has open is in use", "[storage]") {
    const TemporaryFolder folder;
    { const auto store = open(folder.path()); }
    int ready[2] = {};
    REQUIRE(::pipe(ready) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        // Only system calls here: the parent has threads.
        const int fd = ::open((folder.path() / "LOCK").c_str(), O_RDWR);

        struct flock lock {};

        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        const char locked = ::fcntl(fd, F_SETLK, &lock) == 0 ? 'y' : 'n';
        if (::write(ready[1], &locked, 1) != 1) ::_exit(1);
        for (;;) ::pause();
    }
    char locked = 0;
    REQUIRE(::read(ready[0], &locked, 1) == 1);
    CHECK(locked == 'y');
    CHECK(open_error(folder.path(), OpenMode::must_exist) == Errc::in_use);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    CHECK(open_rocksdb(folder.path(), OpenMode::must_exist));
}

TEST_CASE("a folder without a store is only opened to make one", "[storage]") {
    const TemporaryFolder folder;
    CHECK(open_error(folder.path(), OpenMode::must_exist) == Errc::integrity);
    CHECK(open_error(folder.path(), OpenMode::read_only) == Errc::integrity);
    CHECK(open_error(folder.path() / "missing", OpenMode::must_exist) == Errc::io);
    CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("what the engine would trip over keeps a store closed", "[storage]") {
    const TemporaryFolder folder;
    open(folder.path()).reset();
    const auto name = GENERATE(
        as<std::string>{},
        "9223372036854775807.sst",
        "18446744073709551614.log",
        "0000000000001.sst"
    );
    std::ofstream(folder.path() / name) << "x";
    CHECK(open_error(folder.path(), OpenMode::must_exist) == Errc::integrity);
    fs::remove(folder.path() / name);
    SECTION("a folder") { fs::create_directory(folder.path() / "123456.log"); }
    SECTION("a link") { fs::create_symlink("CURRENT", folder.path() / "123456.log"); }
    SECTION("a pipe") { REQUIRE(::mkfifo((folder.path() / "123456.log").c_str(), 0600) == 0); }
    CHECK(open_error(folder.path(), OpenMode::must_exist) == Errc::integrity);
    CHECK(open_error(folder.path(), OpenMode::read_only) == Errc::integrity);
}

TEST_CASE("temporary files of the engine that a crash has left are removed", "[storage]") {
    const TemporaryFolder folder;
    open(folder.path()).reset();
    std::ofstream(folder.path() / "OPTIONS-000042.dbtmp") << "half";
    CHECK(open_rocksdb(folder.path(), OpenMode::must_exist));
    CHECK_FALSE(fs::exists(folder.path() / "OPTIONS-000042.dbtmp"));
}

TEST_CASE("a new folder is its owner's alone", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path() / "db");
    CHECK(fs::status(folder.path() / "db").permissions() == fs::perms::owner_all);
}

TEST_CASE("a path that cannot be a folder is an input or output error", "[storage]") {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "file") << "x";
    CHECK(open_error(folder.path() / "file" / "db", OpenMode::create_if_missing) == Errc::io);
}

TEST_CASE("reading only changes nothing in the folder and takes no write", "[storage]") {
    const TemporaryFolder folder;
    const auto running = open(folder.path() / "db");
    put(*running, "a", "v");
    copy_folder(folder.path() / "db", folder.path() / "copy");
    const auto before = everything_in(folder.path() / "copy");
    {
        const auto store = open(folder.path() / "copy", OpenMode::read_only);
        CHECK(value_of(*store->view(), "a") == "v");
        CHECK(keys_in(*store->view(), {Family::rows, "", ""}, Order::ascending).size() == 1);
        const auto changes = change("b");
        const auto commit = store->begin();
        CHECK_FALSE(commit->take({nullptr, &changes}));
        const auto written = commit->write();
        REQUIRE_FALSE(written);
        CHECK(written.error().code == Errc::unavailable);
    }
    CHECK(everything_in(folder.path() / "copy") == before);
}

TEST_CASE("the fault store fails at the write it was told to, and from then on", "[storage]") {
    const TemporaryFolder folder;
    const auto inner = open(folder.path());
    ::rookery::test::FaultStore store(*inner);
    put(store, "a", "v");
    using ::rookery::test::Fault;
    const auto fault = GENERATE(Fault::before, Fault::after);
    store.fail_after(1, fault);
    put(store, "b", "v");
    for (int i = 0; i < 2; ++i) {
        const auto commit = store.begin();
        commit->put(Family::rows, "c", "v");
        const auto failed = commit->write();
        REQUIRE_FALSE(failed);
        CHECK(failed.error().code == Errc::io);
    }
    CHECK(store.writes() == 4);
    CHECK(value_of(*store.view(), "b") == "v");
    CHECK(value_of(*store.view(), "c") == std::nullopt);
    CHECK(value_of(*inner->view(), "c").has_value() == (fault == Fault::after));
}

TEST_CASE("the fault store fails at the unit it was told to, and from then on", "[storage]") {
    const TemporaryFolder folder;
    const auto inner = open(folder.path());
    ::rookery::test::FaultStore store(*inner);
    store.fail_after(1, ::rookery::test::Fault::check);
    const auto changes = change("a");
    const Unit unit{nullptr, &changes};
    const auto commit = store.begin();
    CHECK(commit->take(unit));
    CHECK(commit->write());
    for (int i = 0; i < 2; ++i) {
        const auto next = store.begin();
        const auto refused = next->take(unit);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::io);
        CHECK_FALSE(next->write());
    }
    CHECK(value_of(*store.view(), "a") == "v");
}

}  // namespace rocksdb_store_test
