#include "vault/restoring.hpp"

#include "backup/backed_up_vault.hpp"
#include "base/file.hpp"
#include "vault/verify_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

namespace restoring_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::BackedUpVault;
using rookery::test::content;
using rookery::test::overwrite;
using rookery::test::value;

namespace fs = std::filesystem;

namespace {

struct Saved {
    BackedUpVault one;
    KeyBackup keys = value(read_keys(one.vault.data(), one.vault.clock().now()));
    fs::path backup = one.back_up();
    BackupManifest manifest = value(check_backup(backup)).manifest.value();
    fs::path data = one.other("restored");

    [[nodiscard]] Result<void> restore() const {
        ROOKERY_TRY(const auto restoring, Restoring::begin(data));
        ROOKERY_CHECK(restoring->copy(backup, manifest, keys));
        ROOKERY_CHECK(open(restoring->place()));
        return restoring->finish();
    }

    /// Opens and closes it, as the command does.
    [[nodiscard]] Result<void> open(const fs::path& place) const {
        VaultOptions options;
        options.data = place;
        options.anchor.rule = AnchorRule::accept;  // no backup has one
        options.monotonic = [] { return std::chrono::milliseconds{0}; };
        const Unsealing unsealing(crypto::key_file_offer(one.vault.key_file()));
        SystemRandom random;
        const ManualClock clock(manifest.time + std::chrono::seconds{5});
        ROOKERY_TRY(const auto vault, Vault::open(std::move(options), unsealing, clock, random));
        ROOKERY_TRY(const auto report, verify_store(*vault));
        CHECK(report.ok());
        return {};
    }
};

}  // namespace

TEST_CASE("a backup and a keyring backup are a vault again that opens and verifies", "[backup]") {
    const Saved saved;
    REQUIRE(saved.restore());
    CHECK(saved.open(saved.data));
    CHECK_FALSE(fs::exists(saved.data / "restoring"));
    CHECK(fs::status(saved.data).permissions() == fs::perms(0700));
    CHECK(content(saved.data / "vault") == content(saved.one.vault.data() / "vault"));
}

TEST_CASE("an empty directory with what its file system keeps there is restored into", "[backup]") {
    const Saved saved;
    fs::create_directory(saved.data);
    fs::permissions(saved.data, fs::perms(0700));
    fs::create_directory(saved.data / "lost+found");
    REQUIRE(saved.restore());
    CHECK(saved.open(saved.data));
}

TEST_CASE(
    "where a command has looked for a vault is restored into, unless somebody is there", "[backup]"
) {
    const Saved saved;
    fs::create_directory(saved.data);
    fs::permissions(saved.data, fs::perms(0700));
    overwrite(saved.data / "LOCK", "a note");
    CHECK_FALSE(Restoring::begin(saved.data));
    overwrite(saved.data / "LOCK", "");
    {
        const Descriptor held(::open((saved.data / "LOCK").c_str(), O_RDONLY | O_CLOEXEC));
        REQUIRE(::flock(held.get(), LOCK_EX | LOCK_NB) == 0);
        CHECK_FALSE(Restoring::begin(saved.data));
    }
    REQUIRE(saved.restore());
    CHECK(saved.open(saved.data));
}

TEST_CASE("nothing is restored over a vault or anything else", "[backup]") {
    const Saved saved;
    const auto state = content(saved.one.vault.data() / "vault");
    const auto onto = Restoring::begin(saved.one.vault.data());
    REQUIRE_FALSE(onto);
    CHECK(onto.error().code == Errc::in_use);
    CHECK(content(saved.one.vault.data() / "vault") == state);
    CHECK(DataDirectory::open(saved.one.vault.data()));

    fs::create_directory(saved.data);
    fs::permissions(saved.data, fs::perms(0700));
    overwrite(saved.data / "notes.txt", "mine");
    CHECK_FALSE(Restoring::begin(saved.data));
    // Not even when it looks like a restore that was cut off.
    fs::create_directory(saved.data / "restoring");
    CHECK_FALSE(Restoring::begin(saved.data));
    CHECK(content(saved.data / "notes.txt") == "mine");
    // A vault that has lost its identity is none that was cut off.
    fs::remove(saved.one.vault.data() / "vault");
    CHECK_FALSE(Restoring::begin(saved.one.vault.data()));
}

TEST_CASE("nothing is restored into a backup, beside backups, or below a vault", "[backup]") {
    const Saved saved;
    for (const auto& place :
         {saved.backup / "new",
          saved.backup.parent_path() / "new",
          saved.one.vault.data() / "new",
          saved.one.vault.data() / "tls" / "new"}) {
        INFO(place);
        const auto refused = Restoring::begin(place);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::usage);
        CHECK_FALSE(fs::exists(place));
    }
    // Not by a link to one either.
    const auto link = saved.one.other("link");
    fs::create_directory_symlink(saved.backup, link);
    CHECK_FALSE(Restoring::begin(link / "new"));
    CHECK(test::is_whole(saved.backup));
}

TEST_CASE("a restore does not go through a link, nor into what is open to others", "[backup]") {
    const Saved saved;
    fs::create_directory(saved.one.other("elsewhere"));
    fs::create_directory_symlink(saved.one.other("elsewhere"), saved.data);
    CHECK_FALSE(Restoring::begin(saved.data));
    fs::remove(saved.data);
    fs::create_directory(saved.data);
    fs::permissions(saved.data, fs::perms(0755));
    const auto begun = Restoring::begin(saved.data);
    REQUIRE_FALSE(begun);
    CHECK(begun.error().code == Errc::bad_permissions);
}

TEST_CASE("another vault's keyring is refused, and an older one by its epoch", "[backup]") {
    Saved saved;
    CHECK(check_they_fit(saved.manifest, saved.keys));
    auto keys = saved.keys;
    keys.vault = *Uuid::parse("00000000-0000-0000-0000-000000000001");
    CHECK(check_they_fit(saved.manifest, keys).error().code == Errc::integrity);
    auto manifest = saved.manifest;
    manifest.keyring_epoch = 2;
    const auto older = check_they_fit(manifest, saved.keys);
    REQUIRE_FALSE(older);
    CHECK(older.error().message.find("it has epoch 1") != std::string::npos);
    CHECK(older.error().message.find("under epoch 2") != std::string::npos);
    manifest.keyring_epoch = 0;
    CHECK(check_they_fit(manifest, saved.keys));
}

TEST_CASE("what is not as the manifest says is not restored, and nothing stays of it", "[backup]") {
    const Saved saved;
    auto bytes = content(saved.backup / "log.vkey");
    bytes[5] = static_cast<char>(bytes[5] ^ 1);
    overwrite(saved.backup / "log.vkey", bytes);
    const auto restored = saved.restore();
    REQUIRE_FALSE(restored);
    CHECK(restored.error().code == Errc::integrity);
    CHECK_FALSE(fs::exists(saved.data));
}

TEST_CASE("a keyring that does not open leaves no directory", "[backup]") {
    Saved saved;
    saved.keys.keyring.back() ^= 1U;
    CHECK_FALSE(saved.restore());
    CHECK_FALSE(fs::exists(saved.data));
}

TEST_CASE("a restore that was cut off is no vault, and the next one begins anew", "[backup]") {
    const Saved saved;
    // As they are moved: whatever is moved, without `vault` nothing opens.
    const std::vector<std::string> order = {"keyring", "log.vkey", "slots", "store"};
    for (std::size_t moved = 0; moved <= order.size(); ++moved) {
        for (int twice = 0; twice < 2; ++twice) {
            const auto child = ::fork();
            REQUIRE(child != -1);
            if (child == 0) {
                ::alarm(60);
                const auto restoring = Restoring::begin(saved.data);
                if (!restoring || !(*restoring)->copy(saved.backup, saved.manifest, saved.keys)) {
                    ::_exit(3);
                }
                for (std::size_t i = 0; i < moved; ++i) {
                    fs::rename((*restoring)->place() / order[i], saved.data / order[i]);
                }
                ::_exit(0);
            }
            int status = 0;
            REQUIRE(::waitpid(child, &status, 0) == child);
            REQUIRE(WIFEXITED(status));
            REQUIRE(WEXITSTATUS(status) == 0);
            const auto opened = DataDirectory::open(saved.data);
            REQUIRE_FALSE(opened);
            CHECK(opened.error().code == Errc::not_found);
            CHECK(opened.error().message.find("was not finished") != std::string::npos);
        }
    }
    REQUIRE(saved.restore());
    CHECK(saved.open(saved.data));
}

TEST_CASE("a restore that was ended at its very end is whole", "[backup]") {
    const Saved saved;
    REQUIRE(saved.restore());
    fs::create_directory(saved.data / "restoring");
    CHECK(saved.open(saved.data));
    CHECK_FALSE(fs::exists(saved.data / "restoring"));
}

}  // namespace restoring_test
