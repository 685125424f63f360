// How far a newer log should go, which its own tree cannot say.
#include "vault/archive_end.hpp"

#include "backup/backed_up_vault.hpp"

namespace archive_end_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::BackedUpVault;
using rookery::test::content;
using rookery::test::value;

namespace fs = std::filesystem;

namespace {

/// A backup, and the vault as it went on after it, in two steps.
struct Archived {
    Archived() {
        manifest = value(check_backup(one.back_up())).manifest.value();
        go_on(2);
        earlier = keep("earlier");
        go_on(3);
        vault = manifest.vault.id;
    }

    void go_on(int changes) {
        REQUIRE(one.vault.reopen());
        for (int i = 0; i < changes; ++i) one.change();
        key = value(merkle::parse_verifier_key(one.vault.vault().log_verifier_key()));
        one.vault.close();
    }

    fs::path keep(const std::string& name) {
        fs::copy(one.vault.data(), one.other(name), fs::copy_options::recursive);
        return one.other(name);
    }

    void put_back(const fs::path& copy, const std::string& part) {
        fs::remove_all(one.vault.data() / part);
        fs::copy(copy / part, one.vault.data() / part, fs::copy_options::recursive);
    }

    [[nodiscard]] Result<LogArchive> open() const {
        return LogArchive::open(one.vault.data(), key, manifest.log_size, manifest.log_root);
    }

    [[nodiscard]] Result<ArchiveEnd> end(const fs::path& named = {}) const {
        ROOKERY_TRY(const auto archive, open());
        return find_archive_end(archive, vault, key, named);
    }

    BackedUpVault one;
    BackupManifest manifest;
    Uuid vault;
    merkle::VerifierKey key;
    fs::path earlier;
};

}  // namespace

TEST_CASE("a newer log that reaches the anchor beside it is whole", "[backup]") {
    const Archived scene;
    const auto end = value(scene.end());
    CHECK(end.whole);
    CHECK(end.why.empty());
    CHECK(end.seen_size == 0);
    CHECK(end.keyring_epoch == 1);
}

TEST_CASE("a newer log whose end was cut off, or put back, is not whole", "[backup]") {
    Archived scene;
    const auto whole = value(scene.open()).size();
    scene.put_back(scene.earlier, "store");
    const auto end = value(scene.end());
    CHECK_FALSE(end.whole);
    CHECK(end.seen_size == whole);
    const auto size = value(scene.open()).size();
    CHECK(size < whole);
    const auto missing =
        "entries " + std::to_string(size) + " to " + std::to_string(whole - 1) + " are missing";
    CHECK(end.why.find(missing) != std::string::npos);
}

TEST_CASE("a newer log without an anchor that can be read is not whole", "[backup]") {
    Archived scene;
    SECTION("it is gone") { fs::remove(scene.one.vault.data() / "anchor"); }
    SECTION("it is damaged") { test::overwrite(scene.one.vault.data() / "anchor", "sv1.anchor\n"); }
    SECTION("it is another text") {
        test::overwrite(scene.one.vault.data() / "anchor", std::string(10'000, 'x'));
    }
    const auto end = value(scene.end());
    CHECK_FALSE(end.whole);
    CHECK(end.seen_size == 0);
    CHECK(end.why.find("nothing says how far it went") != std::string::npos);
}

TEST_CASE("an anchor that somebody names counts as the one beside the log does", "[backup]") {
    Archived scene;
    const auto second = scene.one.other("second.anchor");
    fs::copy_file(scene.one.vault.data() / "anchor", second);
    const auto whole = value(scene.open()).size();
    SECTION("all of the archive was put back") {
        scene.put_back(scene.earlier, "store");
        fs::remove(scene.one.vault.data() / "anchor");
        fs::copy_file(scene.earlier / "anchor", scene.one.vault.data() / "anchor");
        CHECK(value(scene.end()).whole);  // nobody can tell by that alone
        const auto end = value(scene.end(second));
        CHECK_FALSE(end.whole);
        CHECK(end.seen_size == whole);
    }
    SECTION("the archive has none of its own") {
        fs::remove(scene.one.vault.data() / "anchor");
        CHECK(value(scene.end(second)).whole);
    }
    SECTION("there is none of that name") {
        CHECK(scene.end(scene.one.other("no anchor")).error().code == Errc::not_found);
    }
    SECTION("it is damaged") {
        test::overwrite(second, "sv1.anchor\n");
        CHECK(scene.end(second).error().code == Errc::integrity);
    }
    SECTION("it is another vault's") {
        test::TestVault other(test::Kept::on_disk);
        other.close();
        CHECK(scene.end(other.data() / "anchor").error().code == Errc::integrity);
    }
}

TEST_CASE("an anchor of another history of the log is no anchor of this one", "[backup]") {
    Archived scene;
    const auto other = scene.one.other("other.anchor");
    fs::copy_file(scene.one.vault.data() / "anchor", other);
    for (const auto* part : {"store", "anchor"}) scene.put_back(scene.earlier, part);
    scene.go_on(9);
    const auto end = scene.end(other);
    REQUIRE_FALSE(end);
    CHECK(end.error().code == Errc::integrity);
    CHECK(end.error().message.find("tells of other entries") != std::string::npos);
}

TEST_CASE("a log that somebody still writes is no archive, nor is what is not there", "[backup]") {
    Archived scene;
    REQUIRE(scene.one.vault.reopen());
    const auto in_use = scene.open();
    REQUIRE_FALSE(in_use);
    CHECK(in_use.error().code == Errc::in_use);
    scene.one.vault.close();
    {
        const auto held = value(scene.open());
        CHECK(scene.one.vault.reopen().error().code == Errc::in_use);
    }
    const auto none = LogArchive::open(
        scene.one.other("no vault"), scene.key, scene.manifest.log_size, scene.manifest.log_root
    );
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::not_found);
    CHECK(none.error().message.find("no vault") != std::string::npos);
}

}  // namespace archive_end_test
