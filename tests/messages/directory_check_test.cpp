#include "vault/directory_check.hpp"

#include "support/test_vault.hpp"

#include <fstream>

namespace directory_check_test {

using namespace rookery;
using namespace rookery::messages;
using audit::FindingKind;
using rookery::test::TestVault;

namespace {

namespace fs = std::filesystem;

struct Folder {
    Folder() {
        for (const auto* folder : {"store", "tls", "tokens"}) fs::create_directory(path() / folder);
        for (const auto* name :
             {"LOCK",
              "vault",
              "slots",
              "keyring",
              "log.vkey",
              "anchor",
              "reserve",
              "store/CURRENT",
              "store/IDENTITY",
              "store/LOCK",
              "store/MANIFEST-000005",
              "store/OPTIONS-000007",
              "store/000012.sst",
              "store/000013.log",
              "store/1234567.sst",
              "tls/ca.pem",
              "tls/ca.key",
              "tls/server.pem",
              "tls/server.key"}) {
            add(name);
        }
        fs::remove(path() / "tokens");
    }

    [[nodiscard]] const fs::path& path() const { return folder_.path(); }

    void add(const std::string& name) const { std::ofstream(path() / name) << "x"; }

    [[nodiscard]] std::vector<std::pair<FindingKind, std::string>> found(VaultKind kind) const {
        StoreReport report;
        REQUIRE(check_directory(path(), kind, report));
        std::vector<std::pair<FindingKind, std::string>> out;
        for (const auto& finding : report.findings) out.emplace_back(finding.kind, finding.place);
        return out;
    }

 private:
    test::TemporaryFolder folder_;
};

using Found = std::vector<std::pair<FindingKind, std::string>>;

Found one(FindingKind kind, const std::string& place) { return {{kind, place}}; }

}  // namespace

TEST_CASE("the files of a vault are no finding", "[messages]") {
    const Folder folder;
    CHECK(folder.found(VaultKind::production).empty());
    CHECK(folder.found(VaultKind::development).empty());
}

TEST_CASE("what a vault makes by itself is no finding", "[messages]") {
    TestVault vault(test::Kept::on_disk);
    vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string("one")});
    REQUIRE(vault.reopen());
    StoreReport report;
    REQUIRE(check_directory(vault.data(), VaultKind::development, report));
    CHECK(report.ok());
    REQUIRE(check_directory(vault.data(), VaultKind::production, report));
    CHECK(report.ok());
}

TEST_CASE("a file that no vault has is a finding, wherever it lies", "[messages]") {
    const Folder folder;
    const auto name = GENERATE(
        as<std::string>{},
        "notes",
        "Vault",
        "vault ",
        "vault.bak",
        "log.key",
        "log.vkey~",
        ".slots",
        "slots.1",
        "tls/extra.pem",
        "tls/CA.pem",
        "store/notes",
        "store/12345.sst",
        "store/123456.sst.bak",
        "store/12345x.sst",
        "store/MANIFEST-",
        "store/MANIFEST-5",
        "store/LOG",
        "store/000012.SST",
        "store/123456789012345678901.sst",
        "store/vault",
        "CURRENT",
        "new",
        ".new",
        "notes.new",
        "store/notes.new",
        "store/000099.sst.new",
        "tls/vault.new"
    );
    folder.add(name);
    CHECK(folder.found(VaultKind::production) == one(FindingKind::stray, name));
}

TEST_CASE("a folder that no vault has is one finding, whatever is in it", "[messages]") {
    const Folder folder;
    const auto name = GENERATE(as<std::string>{}, "backup", "store/archive", "tls/old", "Store");
    fs::create_directory(folder.path() / name);
    folder.add(name + "/vault");
    CHECK(folder.found(VaultKind::production) == one(FindingKind::stray, name));
}

TEST_CASE("a file that was being replaced when the process ended is told apart", "[messages]") {
    const Folder folder;
    const auto name = GENERATE(
        as<std::string>{},
        "vault.new",
        "slots.new",
        "keyring.new",
        "log.vkey.new",
        "tls/server.key.new"
    );
    folder.add(name);
    CHECK(folder.found(VaultKind::production) == one(FindingKind::interrupted, name));
}

TEST_CASE("the names of a development vault are strays in another", "[messages]") {
    const Folder folder;
    const auto name = GENERATE(as<std::string>{}, "development.key", "development.json");
    folder.add(name);
    CHECK(folder.found(VaultKind::development).empty());
    CHECK(folder.found(VaultKind::production) == one(FindingKind::stray, name));
}

TEST_CASE("a development vault has a folder of tokens, and nothing else in it", "[messages]") {
    const Folder folder;
    fs::create_directory(folder.path() / "tokens");
    folder.add("tokens/admin.token");
    folder.add("tokens/admin.header");
    CHECK(folder.found(VaultKind::development).empty());
    CHECK(folder.found(VaultKind::production) == one(FindingKind::stray, "tokens"));
    folder.add("tokens/admin.txt");
    CHECK(folder.found(VaultKind::development) == one(FindingKind::stray, "tokens/admin.txt"));
}

TEST_CASE("a link, a folder or a pipe in the place of a file is a finding", "[messages]") {
    const Folder folder;
    const auto name =
        GENERATE(as<std::string>{}, "slots", "store/000012.sst", "tls/ca.pem", "store/CURRENT");
    const auto path = folder.path() / name;
    auto kind = FindingKind::linked;
    SECTION("a link") {
        fs::rename(path, folder.path() / "keyring");
        fs::create_symlink(folder.path() / "keyring", path);
    }
    SECTION("a link that leads nowhere") {
        fs::remove(path);
        fs::create_symlink("nowhere", path);
    }
    SECTION("a folder") {
        fs::remove(path);
        fs::create_directory(path);
        kind = FindingKind::stray;
    }
    CHECK(folder.found(VaultKind::production) == one(kind, name));
}

TEST_CASE("a link or a file in the place of a folder is a finding", "[messages]") {
    const Folder folder;
    const auto name = GENERATE(as<std::string>{}, "store", "tls");
    fs::remove_all(folder.path() / name);
    auto kind = FindingKind::stray;
    SECTION("a link") {
        fs::create_directory_symlink(fs::temp_directory_path(), folder.path() / name);
        kind = FindingKind::linked;
    }
    SECTION("a file") { folder.add(name); }
    CHECK(folder.found(VaultKind::production) == one(kind, name));
}

TEST_CASE("a folder that is not there cannot be checked", "[messages]") {
    const Folder folder;
    StoreReport report;
    const auto checked = check_directory(folder.path() / "none", VaultKind::production, report);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Errc::io);
}

}  // namespace directory_check_test
