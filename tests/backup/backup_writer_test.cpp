#include "vault/backup_writer.hpp"

#include "backup/backed_up_vault.hpp"

#include <csignal>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace backup_writer_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::BackedUpVault;
using rookery::test::content;
using rookery::test::is_whole;
using rookery::test::overwrite;
using rookery::test::value;

namespace fs = std::filesystem;

namespace {

/// In a process of its own that ends without a word after so many steps, as one that is killed. Whether it came to its end.
bool end_after(BackedUpVault& one, int steps) {
    one.skip_numbers();
    const auto child = ::fork();
    REQUIRE(child != -1);
    if (child == 0) {
        ::alarm(60);
        const auto directory = DataDirectory::open(one.vault.data());
        if (!directory) ::_exit(3);
        const auto writer = one.begin_stopped(*directory, 2);
        if (!writer) ::_exit(3);
        for (int i = 0; i < steps; ++i) {
            const auto done = (*writer)->step();
            if (!done) ::_exit(3);
            if (*done) ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) <= 1);
    return WEXITSTATUS(status) == 1;
}

std::size_t whole_ones(const BackedUpVault& one) {
    std::size_t count = 0;
    for (const auto& name : one.names()) {
        if (name.starts_with("backup-")) {
            CHECK(is_whole(one.target() / name));
            ++count;
        }
    }
    return count;
}

std::size_t halves(const BackedUpVault& one) {
    return static_cast<std::size_t>(std::ranges::count_if(one.names(), [](const auto& name) {
        return name.starts_with("half-");
    }));
}

Errc refusal(const BackedUpVault& one) {
    const auto opened = one.open_target();
    REQUIRE_FALSE(opened);
    return opened.error().code;
}

}  // namespace

TEST_CASE("a backup of a stopped vault is whole, and leaves the vault as it was", "[backup]") {
    BackedUpVault one;
    one.vault.close();
    std::vector<std::pair<std::string, std::string>> before;
    for (const auto& entry : fs::recursive_directory_iterator(one.vault.data())) {
        if (entry.is_regular_file()) before.emplace_back(entry.path(), content(entry.path()));
    }
    const auto backup = one.back_up();
    for (const auto& [path, bytes] : before) CHECK(content(path) == bytes);
    const auto checked = value(check_backup(backup));
    CHECK(checked.report.ok());
    CHECK_FALSE(checked.is_signed);
    CHECK_FALSE(checked.report.not_checked.empty());
    CHECK(one.vault.reopen());
    CHECK(checked.manifest->vault.id == one.vault.vault().id());
}

TEST_CASE("a backup has neither keyring nor slots nor certificates", "[backup]") {
    BackedUpVault one;
    const auto backup = one.back_up();
    for (const auto* name : {"slots", "keyring", "tls", "reserve", "development.key"}) {
        CHECK_FALSE(fs::exists(backup / name));
    }
    CHECK(fs::status(backup).permissions() == fs::perms(0700));
    for (const auto& entry : fs::recursive_directory_iterator(backup)) {
        if (entry.is_regular_file()) {
            CHECK(fs::status(entry.path()).permissions() == fs::perms(0600));
        }
    }
}

TEST_CASE("tables that did not change are the same files in two backups", "[backup]") {
    BackedUpVault one;
    const auto first = one.back_up();
    const auto second = one.back_up();
    CHECK(is_whole(first));
    CHECK(is_whole(second));
    std::size_t shared = 0;
    for (const auto& entry : fs::directory_iterator(second / "store")) {
        const auto before = first / "store" / entry.path().filename();
        if (fs::exists(before) && fs::equivalent(before, entry.path())) ++shared;
    }
    CHECK(shared > 0);
    fs::remove_all(first);
    CHECK(is_whole(second));
}

TEST_CASE("what an earlier backup has lost since is not taken over", "[backup]") {
    BackedUpVault one;
    const auto first = one.back_up();
    std::size_t damaged = 0;
    for (const auto& entry : fs::directory_iterator(first / "store")) {
        if (entry.path().extension() != ".sst") continue;
        auto bytes = content(entry.path());
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
        overwrite(entry.path(), bytes);
        ++damaged;
    }
    REQUIRE(damaged > 0);
    REQUIRE_FALSE(is_whole(first));
    CHECK(is_whole(one.back_up()));
}

TEST_CASE("the newest of a vault stay, and what is nobody's or another vault's too", "[backup]") {
    BackedUpVault one;
    BackedUpVault other;
    const auto foreign = other.back_up();
    fs::rename(foreign, one.target() / foreign.filename());
    overwrite(one.target() / "notes.txt", "mine");
    fs::create_directory(one.target() / "backup-of-something");
    std::vector<fs::path> made;
    for (int i = 0; i < 4; ++i) made.push_back(one.back_up(2));
    CHECK_FALSE(fs::exists(made[0]));
    CHECK_FALSE(fs::exists(made[1]));
    CHECK(is_whole(made[2]));
    CHECK(is_whole(made[3]));
    CHECK(is_whole(one.target() / foreign.filename()));
    CHECK(one.names().size() == 5);
}

TEST_CASE(
    "of a backup whose process is killed at any step, twice, nothing passes for one", "[backup]"
) {
    BackedUpVault one;
    one.back_up(2);
    one.vault.clock().advance(std::chrono::seconds{1});
    int steps = 0;
    for (bool ended = false; !ended; ++steps) {
        for (int i = 0; i < 2 && !ended; ++i) {
            const auto before = whole_ones(one);
            ended = end_after(one, steps);
            CHECK(whole_ones(one) >= std::min<std::size_t>(before, 1));
            CHECK(halves(one) <= 1);
        }
        REQUIRE(steps < 1000);
    }
    CHECK(steps > 10);
    CHECK(halves(one) == 0);
    CHECK(whole_ones(one) == 2);
    CHECK(one.vault.reopen());
}

TEST_CASE("a disk that takes no more ends a backup, and the older ones stay", "[backup]") {
    BackedUpVault one;
    const auto first = one.back_up();
    REQUIRE(one.vault.reopen());
    for (int i = 0; i < 50; ++i) one.change();
    one.vault.close();
    const auto directory = value(DataDirectory::open(one.vault.data()));
    {
        const auto writer = value(one.begin_stopped(directory));

        struct rlimit before {};

        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
        const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
        struct rlimit small = before;
        small.rlim_cur = 1024;
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
        Result<bool> done = false;
        while (done && !*done) done = writer->step();
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
        std::signal(SIGXFSZ, ignored);
        REQUIRE_FALSE(done);
        CHECK(done.error().code == Errc::io);
    }
    CHECK(is_whole(first));
    CHECK(one.names().size() == 1);
}

TEST_CASE("without enough space a backup does not begin", "[backup]") {
    BackedUpVault one;
    one.vault.close();
    const auto directory = value(DataDirectory::open(one.vault.data()));
    auto source = value(stopped_source(directory));
    source.leave_free = std::uintmax_t{1} << 60;
    SystemRandom random;
    const auto begun = BackupWriter::begin(
        std::move(source), value(one.open_target()), 7, one.vault.clock().now(), random
    );
    REQUIRE_FALSE(begun);
    CHECK(begun.error().code == Errc::io);
    CHECK(one.names().empty());
}

TEST_CASE(
    "a directory for backups that is gone, linked, open to others or the vault's is refused",
    "[backup]"
) {
    BackedUpVault one;
    SECTION("gone: it is not made") {
        fs::remove(one.target());
        CHECK(refusal(one) == Errc::not_found);
        CHECK_FALSE(fs::exists(one.target()));
    }
    SECTION("a link, even to a good one") {
        fs::rename(one.target(), one.other("elsewhere"));
        fs::create_directory_symlink(one.other("elsewhere"), one.target());
        CHECK(refusal(one) == Errc::bad_permissions);
    }
    SECTION("a file") {
        fs::remove(one.target());
        overwrite(one.target(), "");
        CHECK(refusal(one) == Errc::bad_permissions);
    }
    SECTION("others may look into it") {
        fs::permissions(one.target(), fs::perms(0750));
        CHECK(refusal(one) == Errc::bad_permissions);
    }
    SECTION("another process writes there") {
        const auto held = value(one.open_target());
        CHECK(refusal(one) == Errc::in_use);
    }
    SECTION("within the data directory") {
        const auto inside = one.vault.data() / "backups";
        fs::create_directory(inside);
        fs::permissions(inside, fs::perms(0700));
        const auto opened = BackupDirectory::open(inside, one.vault.data());
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::usage);
        CHECK_FALSE(BackupDirectory::open(one.vault.data(), one.vault.data()));
    }
}

}  // namespace backup_writer_test
