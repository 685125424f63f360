#include "vault/backup_check.hpp"

#include "backup/backed_up_vault.hpp"

namespace backup_check_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::BackedUpVault;
using rookery::test::content;
using rookery::test::is_whole;
using rookery::test::overwrite;
using rookery::test::value;

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> files_of(const fs::path& backup) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(backup)) {
        if (entry.is_regular_file()) out.push_back(entry.path());
    }
    return out;
}

}  // namespace

TEST_CASE("a flipped bit, a cut or a lost file of a backup is found, whichever it is", "[backup]") {
    BackedUpVault one;
    const auto backup = one.back_up();
    REQUIRE(is_whole(backup));
    for (const auto& file : files_of(backup)) {
        INFO(file);
        const auto bytes = content(file);
        if (!bytes.empty()) {
            auto other = bytes;
            other[other.size() / 3] = static_cast<char>(other[other.size() / 3] ^ 4);
            overwrite(file, other);
            CHECK_FALSE(is_whole(backup));
            overwrite(file, std::string_view(bytes).substr(0, bytes.size() - 1));
            CHECK_FALSE(is_whole(backup));
        }
        overwrite(file, bytes + "x");
        CHECK_FALSE(is_whole(backup));
        fs::remove(file);
        CHECK_FALSE(is_whole(backup));
        overwrite(file, bytes);
    }
    CHECK(is_whole(backup));
}

TEST_CASE("a file more, or a link in place of one, is found", "[backup]") {
    BackedUpVault one;
    const auto backup = one.back_up();
    overwrite(backup / "store" / "999999.sst", "x");
    CHECK_FALSE(is_whole(backup));
    fs::remove(backup / "store" / "999999.sst");
    overwrite(backup / "keyring", "x");
    CHECK_FALSE(is_whole(backup));
    fs::remove(backup / "keyring");
    fs::rename(backup / "vault", one.other("vault"));
    fs::create_symlink(one.other("vault"), backup / "vault");
    CHECK_FALSE(is_whole(backup));
}

TEST_CASE("a directory without a manifest is no backup", "[backup]") {
    BackedUpVault one;
    const auto backup = one.back_up();
    fs::remove(backup / "manifest");
    const auto checked = check_backup(backup);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Errc::not_found);
    CHECK(check_backup(one.other("nothing")).error().code == Errc::not_found);
}

TEST_CASE("files of one backup under the manifest of another are found", "[backup]") {
    BackedUpVault one;
    const auto first = one.back_up();
    REQUIRE(one.vault.reopen());
    one.change();
    const auto second = one.back_up();
    fs::copy_file(first / "manifest", second / "manifest", fs::copy_options::overwrite_existing);
    CHECK_FALSE(is_whole(second));
}

TEST_CASE("a manifest that says another state than the store holds is found", "[backup]") {
    BackedUpVault one;
    const auto backup = one.back_up();
    auto read = value(parse_manifest(content(backup / "manifest")));
    ++read.manifest.log_size;
    overwrite(backup / "manifest", encode(read.manifest, nullptr));
    CHECK_FALSE(is_whole(backup));
    --read.manifest.log_size;
    ++read.manifest.keyring_epoch;
    overwrite(backup / "manifest", encode(read.manifest, nullptr));
    CHECK_FALSE(is_whole(backup));
}

}  // namespace backup_check_test
