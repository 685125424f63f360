#include "vault/key_backup.hpp"

#include "backup/backed_up_vault.hpp"

namespace key_backup_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::BackedUpVault;
using rookery::test::value;

namespace {

KeyBackup example() {
    return {
        *Uuid::parse("8ebc1716-f7b2-4268-b934-f509d838df19"),
        from_ms(1'800'000'000'000),
        Bytes(40, 1),
        {0, 0, 0, 0, 0, 0, 0, 3, 9, 9}};
}

}  // namespace

TEST_CASE("a keyring backup holds both files as they were, and names their epoch", "[backup]") {
    const auto read = value(parse_key_backup(encode(example())));
    CHECK(read.vault == example().vault);
    CHECK(read.time == example().time);
    CHECK(read.slots == example().slots);
    CHECK(read.keyring == example().keyring);
    CHECK(read.keyring_epoch() == 3);
}

TEST_CASE("the keyring backup of the page is the one that is written", "[backup]") {
    const KeyBackup example{
        *Uuid::parse("8ebc1716-f7b2-4268-b934-f509d838df19"),
        from_ms(1'796'025'600'000),
        {2, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 0, 3, 9, 9}};
    auto page = test::content(std::string(ROOKERY_SOURCE_DIR) + "/docs/formats/backup.md");
    std::erase_if(page, [](char c) { return c == ' ' || c == '\n'; });
    CHECK(page.find(to_hex(encode(example))) != std::string::npos);
}

TEST_CASE("a keyring backup with another byte, one fewer or one more is none", "[backup]") {
    const auto bytes = encode(example());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto other = bytes;
        other[i] ^= 1U;
        CHECK_FALSE(parse_key_backup(other));
        CHECK_FALSE(parse_key_backup(ByteView(bytes).first(i)));
    }
    auto longer = bytes;
    longer.push_back(0);
    CHECK_FALSE(parse_key_backup(longer));
    auto newer = bytes;
    newer[7] = 2;
    CHECK(parse_key_backup(newer).error().code == Errc::newer_format);
}

TEST_CASE("of a vault the newest keyring backups stay, and nobody else's go", "[backup]") {
    BackedUpVault one;
    const auto folder = value(Folder::open_private(one.target()));
    auto foreign = example();
    REQUIRE(keep_key_backup(folder, foreign, 3));
    test::overwrite(one.target() / "notes.txt", "mine");
    std::vector<std::string> made;
    for (int i = 0; i < 5; ++i) {
        one.vault.clock().advance(std::chrono::seconds{1});
        const auto keys = value(read_keys(one.vault.data(), one.vault.clock().now()));
        made.push_back(value(keep_key_backup(folder, keys, 3)));
    }
    const auto names = one.names();
    CHECK(names.size() == 5);
    for (std::size_t i = 2; i < made.size(); ++i) {
        CHECK(std::ranges::count(names, made[i]) == 1);
        const auto status = std::filesystem::status(one.target() / made[i]);
        CHECK(status.permissions() == std::filesystem::perms(0600));
    }
    CHECK(std::ranges::count(names, "notes.txt") == 1);
}

TEST_CASE("one keyring that is saved often drives out none of another epoch", "[backup]") {
    BackedUpVault one;
    const auto folder = value(Folder::open_private(one.target()));
    auto keys = value(read_keys(one.vault.data(), one.vault.clock().now()));
    const auto save = [&](std::uint64_t epoch) {
        // As the file says in clear.
        ByteWriter head(8);
        head.u64(epoch);
        std::ranges::copy(head.view(), keys.keyring.begin());
        keys.time += std::chrono::seconds{1};
        return value(keep_key_backup(folder, keys, 3));
    };
    const auto of_one = save(1);
    const auto of_two = save(2);
    for (int i = 0; i < 5; ++i) save(3);
    const auto there = [&](const std::string& name) {
        return std::ranges::count(one.names(), name) == 1;
    };
    CHECK(there(of_one));
    CHECK(there(of_two));
    CHECK(one.names().size() == 5);
    // The epochs that were saved last, whatever their numbers: a restored keyring counts on from a lower one.
    const auto newest = save(1);
    CHECK(there(of_one));
    save(4);
    CHECK_FALSE(there(of_two));
    CHECK(there(newest));
}

TEST_CASE("the keyring can be backed up while the vault is open", "[backup]") {
    BackedUpVault one;
    const auto keys = value(read_keys(one.vault.data(), one.vault.clock().now()));
    CHECK(keys.vault == one.vault.vault().id());
    CHECK(keys.keyring_epoch() == one.vault.vault().view().keys().keyring.epoch());
}

TEST_CASE(
    "two keyring backups within a second are two files, and the later one is the newer", "[backup]"
) {
    BackedUpVault one;
    const auto folder = value(Folder::open_private(one.target()));
    const auto keys = value(read_keys(one.vault.data(), one.vault.clock().now()));
    const auto first = value(keep_key_backup(folder, keys, 2));
    const auto second = value(keep_key_backup(folder, keys, 2));
    const auto third = value(keep_key_backup(folder, keys, 2));
    CHECK(first != second);
    auto expected = std::vector{second, third};
    std::sort(expected.begin(), expected.end());
    CHECK(one.names() == expected);
    CHECK(read_key_backup(one.target() / third));
}

}  // namespace key_backup_test
