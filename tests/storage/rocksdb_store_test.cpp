#include <sys/stat.h>
#include "storage/rocksdb_store.hpp"

#include "storage/temporary_folder.hpp"
#include "storage/text_key.hpp"
#include "support/fault_store.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <map>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace rookery;
using namespace rookery::storage;
using storage::test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

std::unique_ptr<Store> open(
    const fs::path& folder,
    OpenMode mode = OpenMode::create_if_missing,
    const RocksdbOptions& options = {}
) {
    auto store = open_rocksdb(folder, mode, options);
    if (!store) FAIL(store.error().message);
    return std::move(*store);
}

Errc open_error(const fs::path& folder, OpenMode mode) {
    const auto store = open_rocksdb(folder, mode);
    REQUIRE_FALSE(store);
    CHECK_FALSE(store.error().hint.empty());
    return store.error().code;
}

std::optional<std::string> value_of(
    const StoreView& view, std::string_view key, Family family = Family::rows
) {
    const auto value = view.get(family, key);
    REQUIRE(value);
    return *value;
}

void put(Store& store, std::string_view key, std::string_view value, Family family = Family::rows) {
    const auto commit = store.begin();
    commit->put(family, key, value);
    REQUIRE(commit->write());
}

Changes change(std::string key, std::string value = "v", Family family = Family::rows) {
    Changes changes;
    changes.puts.push_back({family, std::move(key), std::move(value)});
    return changes;
}

Changes removal(std::string key, Family family = Family::rows) {
    Changes changes;
    changes.removals.push_back({family, std::move(key)});
    return changes;
}

Guards guard(
    std::shared_ptr<const StoreView> view,
    std::vector<std::string> keys,
    std::vector<KeyRange> ranges = {}
) {
    Guards guards;
    guards.view = std::move(view);
    for (auto& key : keys) guards.keys.emplace_back(Family::rows, std::move(key));
    guards.ranges = std::move(ranges);
    return guards;
}

/// Commits one unit and says whether it held.
bool apply(Store& store, const Guards& guards, const Changes& changes) {
    const auto commit = store.begin();
    const std::vector<Unit> units{{&guards, &changes}};
    const auto holds = commit->check(units);
    REQUIRE(commit->write());
    return holds.front();
}

std::vector<std::string> keys_in(const StoreView& view, const KeyRange& range, Order order) {
    std::vector<std::string> keys;
    const auto cursor = view.scan(range, order);
    for (; cursor->valid(); cursor->next()) keys.emplace_back(cursor->key());
    REQUIRE(cursor->status());
    return keys;
}

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// What a crash would leave: the files as they are now, while the store still runs.
void copy_folder(const fs::path& from, const fs::path& to) {
    fs::create_directory(to);
    for (const auto& entry : fs::directory_iterator(from)) {
        fs::copy_file(entry.path(), to / entry.path().filename());
    }
}

std::map<std::string, std::string> everything_in(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        files.emplace(entry.path().filename().string(), content(entry.path()));
    }
    return files;
}

/// The write-ahead log that is being written.
fs::path live_log(const fs::path& folder) {
    fs::path newest;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
    }
    REQUIRE_FALSE(newest.empty());
    return newest;
}

}  // namespace

TEST_CASE("what was written is read, in every family, and stays after closing", "[storage]") {
    const TemporaryFolder folder;
    {
        const auto store = open(folder.path() / "db");
        const auto commit = store->begin();
        commit->put(Family::rows, "k", "1");
        commit->put(Family::rowidx, "k", "2");
        commit->put(Family::log, "k", "3");
        commit->put(Family::meta, "k", "4");
        REQUIRE(commit->write());
    }
    const auto store = open(folder.path() / "db", OpenMode::must_exist);
    const auto view = store->view();
    CHECK(value_of(*view, "k", Family::rows) == "1");
    CHECK(value_of(*view, "k", Family::rowidx) == "2");
    CHECK(value_of(*view, "k", Family::log) == "3");
    CHECK(value_of(*view, "k", Family::meta) == "4");
    CHECK(value_of(*view, "absent") == std::nullopt);
}

TEST_CASE("a removal removes, an empty value is a value", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    put(*store, "a", "");
    CHECK(value_of(*store->view(), "a") == "");
    const auto commit = store->begin();
    commit->remove(Family::rows, "a");
    REQUIRE(commit->write());
    CHECK(value_of(*store->view(), "a") == std::nullopt);
}

TEST_CASE("a view stays as it was taken", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    put(*store, "a", "old");
    const auto before = store->view();
    put(*store, "a", "new");
    put(*store, "b", "new");
    CHECK(value_of(*before, "a") == "old");
    CHECK(
        keys_in(*before, {Family::rows, "a", "z"}, Order::ascending) ==
        std::vector<std::string>{"a"}
    );
    CHECK(value_of(*store->view(), "a") == "new");
    CHECK(store->view()->sequence() > before->sequence());
}

TEST_CASE("nobody sees a commit before it is written", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    const auto sequence = store->view()->sequence();
    {
        const auto commit = store->begin();
        const auto changes = change("a");
        const std::vector<Unit> units{{nullptr, &changes}};
        CHECK(commit->check(units) == std::vector<bool>{true});
        CHECK(value_of(*store->view(), "a") == std::nullopt);
    }
    CHECK(value_of(*store->view(), "a") == std::nullopt);
    CHECK(store->view()->sequence() == sequence);
}

TEST_CASE("a commit that was dropped leaves no guard behind", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    const auto view = store->view();
    {
        const auto commit = store->begin();
        const auto changes = change("a");
        const std::vector<Unit> units{{nullptr, &changes}};
        CHECK(commit->check(units).front());
    }
    CHECK(apply(*store, guard(view, {"a"}), change("a")));
}

TEST_CASE("a walk goes through its range in order and no further", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    for (const auto* key : {"a", "b", "ba", "c", "d"}) put(*store, key, "v");
    const auto view = store->view();
    using Keys = std::vector<std::string>;
    CHECK(keys_in(*view, {Family::rows, "b", "d"}, Order::ascending) == Keys{"b", "ba", "c"});
    CHECK(keys_in(*view, {Family::rows, "b", "d"}, Order::descending) == Keys{"c", "ba", "b"});
    CHECK(keys_in(*view, {Family::rows, "c", ""}, Order::ascending) == Keys{"c", "d"});
    CHECK(keys_in(*view, {Family::rows, "c", ""}, Order::descending) == Keys{"d", "c"});
    CHECK(keys_in(*view, {Family::rows, "b", "b"}, Order::ascending).empty());
    CHECK(keys_in(*view, {Family::rows, "d", "b"}, Order::descending).empty());
    CHECK(keys_in(*view, {Family::rowidx, "a", "z"}, Order::ascending).empty());
}

TEST_CASE("a cursor and a view work after the store object is gone", "[storage]") {
    const TemporaryFolder folder;
    std::shared_ptr<const StoreView> view;
    std::unique_ptr<Cursor> cursor;
    {
        const auto store = open(folder.path());
        put(*store, "a", "v");
        view = store->view();
        cursor = view->scan({Family::rows, "a", "z"}, Order::ascending);
    }
    CHECK(value_of(*view, "a") == "v");
    view.reset();
    CHECK(cursor->key() == "a");
    cursor.reset();
    CHECK(open_rocksdb(folder.path(), OpenMode::must_exist));
}

TEST_CASE("a unit fails when a commit after its view changed a guarded key", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    put(*store, "start", "v");
    const auto view = store->view();
    CHECK(apply(*store, Guards{}, change("a")));
    CHECK_FALSE(apply(*store, guard(view, {"a"}), change("x")));
    CHECK(value_of(*store->view(), "x") == std::nullopt);
    CHECK(apply(*store, guard(view, {"b"}), change("x")));
    CHECK(apply(*store, guard(store->view(), {"a"}), change("y")));
    CHECK(value_of(*store->view(), "y") == "v");
}

TEST_CASE(
    "a guard on absence fails when the key appeared, one on presence when it went", "[storage]"
) {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    const auto without = store->view();
    CHECK(value_of(*without, "a") == std::nullopt);
    CHECK(apply(*store, guard(without, {"a"}), change("a")));
    CHECK_FALSE(apply(*store, guard(without, {"a"}), change("a", "second")));
    const auto with = store->view();
    CHECK(apply(*store, guard(with, {"a"}), removal("a")));
    CHECK_FALSE(apply(*store, guard(with, {"a"}), change("x")));
}

TEST_CASE("a guarded range fails when a key in it came or went", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    const KeyRange range{Family::rowidx, "b", "d"};
    const auto view = store->view();
    CHECK(apply(*store, Guards{}, change("d", "", Family::rowidx)));
    CHECK(apply(*store, Guards{}, change("c", "", Family::rows)));
    CHECK(apply(*store, guard(view, {}, {range}), change("x")));
    CHECK(apply(*store, Guards{}, change("c", "", Family::rowidx)));
    CHECK_FALSE(apply(*store, guard(view, {}, {range}), change("y")));
    const auto full = store->view();
    CHECK(apply(*store, Guards{}, removal("c", Family::rowidx)));
    CHECK_FALSE(apply(*store, guard(full, {}, {range}), change("y")));
}

TEST_CASE("units of one commit see each other in order", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    const auto view = store->view();
    const auto first = guard(view, {"a"});
    const auto range = guard(view, {}, {{Family::rows, "a", "b"}});
    const auto elsewhere = guard(view, {"z"});
    const auto put_a = change("a", "first");
    const auto put_a_again = change("a", "second");
    const auto put_b = change("b");
    const auto put_z = change("z");
    const auto commit = store->begin();
    const std::vector<Unit> units{
        {&first, &put_a},        // holds
        {&first, &put_a_again},  // the unit before put it
        {&range, &put_b},        // so it did in this range
        {&elsewhere, &put_z},    // holds
        {&elsewhere, &put_b},    // not any more
    };
    CHECK(commit->check(units) == std::vector<bool>{true, false, false, true, false});
    REQUIRE(commit->write());
    const auto after = store->view();
    CHECK(value_of(*after, "a") == "first");
    CHECK(value_of(*after, "b") == std::nullopt);
    CHECK(value_of(*after, "z") == "v");
}

TEST_CASE("a unit that was refused does not stand in another's way", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    const auto view = store->view();
    put(*store, "x", "v");
    CHECK(apply(*store, Guards{}, change("x", "again")));
    const auto stale = guard(view, {"x"});
    const auto fresh = guard(view, {"a"});
    const auto put_a = change("a");
    const auto commit = store->begin();
    const std::vector<Unit> units{{&stale, &put_a}, {&fresh, &put_a}};
    CHECK(commit->check(units) == std::vector<bool>{false, true});
    REQUIRE(commit->write());
}

TEST_CASE("an old view that is still held can still be checked against", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    const auto view = store->view();
    CHECK(apply(*store, Guards{}, change("a")));
    for (int i = 0; i < 100; ++i) CHECK(apply(*store, Guards{}, change("b" + std::to_string(i))));
    CHECK_FALSE(apply(*store, guard(view, {"a"}), change("x")));
    CHECK_FALSE(apply(*store, guard(view, {"b50"}), change("x")));
    CHECK(apply(*store, guard(view, {"c"}), change("x")));
}

TEST_CASE("a view older than what is kept makes its unit stale", "[storage]") {
    const TemporaryFolder folder;
    RocksdbOptions options;
    options.touched_keys_max = 10;
    const auto store = open(folder.path(), OpenMode::create_if_missing, options);
    const auto view = store->view();
    CHECK(apply(*store, guard(view, {"z"}), change("a")));
    for (int i = 0; i < 20; ++i) CHECK(apply(*store, Guards{}, change("b" + std::to_string(i))));
    CHECK_FALSE(apply(*store, guard(view, {"z"}), change("x")));
    CHECK(apply(*store, guard(store->view(), {"z"}), change("x")));
}

TEST_CASE("a commit is checked and written once", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    const auto changes = change("a");
    const std::vector<Unit> units{{nullptr, &changes}};
    const auto commit = store->begin();
    CHECK(commit->check(units).front());
    CHECK_FALSE(commit->check(units).front());
    CHECK(commit->write());
    CHECK_FALSE(commit->write());
}

TEST_CASE("what was committed is there after a crash", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path() / "db");
    for (int i = 0; i < 50; ++i) put(*store, "k" + std::to_string(i), "v");
    {
        const auto dropped = store->begin();
        dropped->put(Family::rows, "never written", "v");
    }
    copy_folder(folder.path() / "db", folder.path() / "crashed");
    const auto reopened = open(folder.path() / "crashed", OpenMode::must_exist);
    const auto view = reopened->view();
    for (int i = 0; i < 50; ++i) CHECK(value_of(*view, "k" + std::to_string(i)) == "v");
    CHECK(value_of(*view, "never written") == std::nullopt);
}

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

TEST_CASE("a folder that this process has open is in use", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    CHECK(open_error(folder.path(), OpenMode::must_exist) == Errc::in_use);
    CHECK(open_error(folder.path(), OpenMode::create_if_missing) == Errc::in_use);
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
        as<std::string>{}, "9223372036854775807.sst", "18446744073709551614.log", "0000000000001.sst"
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

TEST_CASE("a store that does not say how its text keys were made is not opened", "[storage]") {
    const TemporaryFolder folder;
    {
        const auto store = open(folder.path());
        const auto commit = store->begin();
        commit->remove(Family::meta, storage::text_rules_key);
        REQUIRE(commit->write());
    }
    CHECK(open_error(folder.path(), OpenMode::must_exist) == Errc::integrity);
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
        const std::vector<Unit> units{{nullptr, &changes}};
        const auto commit = store->begin();
        CHECK_FALSE(commit->check(units).front());
        const auto written = commit->write();
        REQUIRE_FALSE(written);
        CHECK(written.error().code == Errc::unavailable);
    }
    CHECK(everything_in(folder.path() / "copy") == before);
}

TEST_CASE("a store whose text keys follow other rules is not opened", "[storage]") {
    const TemporaryFolder folder;
    {
        const auto store = open(folder.path());
        CHECK(value_of(*store->view(), "text-key-rules", Family::meta) == text_key_rules());
        put(*store, "text-key-rules", "nfc-casefold-trim/1 unicode/99.0.0", Family::meta);
    }
    for (const auto mode :
         {OpenMode::must_exist, OpenMode::create_if_missing, OpenMode::read_only}) {
        CHECK(open_error(folder.path(), mode) == Errc::newer_format);
    }
}

TEST_CASE("after a failed write every later commit fails, and reading goes on", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    put(*store, "a", "v");

    // No file may grow from here on: the write-ahead log cannot take the next record.
    struct sigaction ignore {};

    ignore.sa_handler = SIG_IGN;

    struct sigaction before {};

    REQUIRE(::sigaction(SIGXFSZ, &ignore, &before) == 0);
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
    const rlimit tight{fs::file_size(live_log(folder.path())) / 2, limit.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
    const auto commit = store->begin();
    commit->put(Family::rows, "b", std::string(100'000, 'v'));
    const auto failed = commit->write();
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    REQUIRE(::sigaction(SIGXFSZ, &before, nullptr) == 0);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == Errc::io);

    const auto changes = change("c");
    const std::vector<Unit> units{{nullptr, &changes}};
    const auto next = store->begin();
    CHECK_FALSE(next->check(units).front());
    CHECK_FALSE(next->write());
    CHECK(value_of(*store->view(), "a") == "v");
    CHECK(value_of(*store->view(), "b") == std::nullopt);
    CHECK(value_of(*store->view(), "c") == std::nullopt);
}

TEST_CASE("readers on other threads see whole commits only, in order", "[storage]") {
    const TemporaryFolder folder;
    const auto store = open(folder.path());
    put(*store, "a", "0");
    put(*store, "b", "0");
    std::atomic<bool> done = false;
    std::atomic<int> torn = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            std::uint64_t last = 0;
            while (!done) {
                const auto view = store->view();
                const auto a = view->get(Family::rows, "a");
                const auto b = view->get(Family::rows, "b");
                if (!a || !b || *a != *b || view->sequence() < last) ++torn;
                last = view->sequence();
            }
        });
    }
    for (int i = 1; i <= 200; ++i) {
        const auto commit = store->begin();
        commit->put(Family::rows, "a", std::to_string(i));
        commit->put(Family::rows, "b", std::to_string(i));
        CHECK(commit->write());
    }
    done = true;
    for (auto& reader : readers) reader.join();
    CHECK(torn == 0);
}

TEST_CASE("the fault store fails at the write it was told to, and from then on", "[storage]") {
    const TemporaryFolder folder;
    const auto inner = open(folder.path());
    ::rookery::test::FaultStore store(*inner);
    put(store, "a", "v");
    const auto fault = GENERATE(::rookery::test::Fault::before, ::rookery::test::Fault::after);
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
    CHECK(value_of(*inner->view(), "c").has_value() == (fault == ::rookery::test::Fault::after));
}
