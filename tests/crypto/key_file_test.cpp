#include "crypto/key_file.hpp"

#include "crypto/root_slots.hpp"
#include "crypto/support.hpp"

#include <sys/stat.h>

namespace key_file_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

namespace fs = std::filesystem;
constexpr auto owner_read = fs::perms::owner_read;
constexpr auto owner_both = fs::perms::owner_read | fs::perms::owner_write;

Errc error_of(const Result<KeyFileSecret>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().code;
}

const std::string hex_line = to_hex(span_of(0, 32)) + "\n";

}  // namespace

TEST_CASE("a key file holds 32 raw bytes, or 64 hex digits and a newline", "[crypto]") {
    const TempFolder folder;
    const auto raw = span_of(0xF0, 32);
    write_file(folder.file("raw"), text_of(raw), owner_read);
    write_file(folder.file("hex"), hex_line, owner_both);
    CHECK(bytes_in(*read_key_file(folder.file("raw"))) == raw);
    CHECK(bytes_in(*read_key_file(folder.file("hex"))) == span_of(0, 32));
}

TEST_CASE("capitals and lower case spell the same key", "[crypto]") {
    const TempFolder folder;
    const auto lower = to_hex(span_of(0xA0, 32));
    auto upper = lower;
    for (auto& c : upper) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    const auto mixed = lower.substr(0, 32) + upper.substr(32);
    for (const auto& spelling : {lower, upper, mixed}) {
        INFO(spelling);
        const auto path = folder.file(spelling);
        write_file(path, spelling + "\n", owner_read);
        const auto secret = read_key_file(path);
        REQUIRE(secret);
        CHECK(bytes_in(*secret) == span_of(0xA0, 32));
    }
}

TEST_CASE("any other content is not a key file", "[crypto]") {
    const TempFolder folder;
    const auto content = GENERATE(
        std::string{},
        std::string(31, 'x'),
        std::string(33, 'x'),
        hex_line.substr(0, 64),
        hex_line + "\n",
        "g" + hex_line.substr(1),
        hex_line.substr(0, 63) + "\n\n",
        hex_line.substr(0, 63) + " \n",
        hex_line.substr(0, 63) + "\r\n",
        "0x" + hex_line.substr(2),
        std::string(5000, 'a')
    );
    write_file(folder.file("key"), content, owner_read);
    const auto read = read_key_file(folder.file("key"));
    CHECK(error_of(read) == Errc::wrong_secret);
    CHECK_FALSE(read.error().hint.empty());
}

TEST_CASE("a key file is read when it is there and private", "[crypto]") {
    const TempFolder folder;
    write_file(folder.file("key"), hex_line, owner_both | fs::perms::others_read);
    CHECK(error_of(read_key_file(folder.file("key"))) == Errc::bad_permissions);
    fs::permissions(folder.file("key"), owner_read);
    CHECK(read_key_file(folder.file("key")));
    // As platforms hand over secrets: PrivateFileKind::handed_over.
    fs::create_symlink(folder.file("key"), folder.file("link"));
    CHECK(read_key_file(folder.file("link")));
    fs::create_symlink(folder.file("none"), folder.file("nowhere"));
    CHECK_FALSE(read_key_file(folder.file("nowhere")));
    for (const auto& nothing : {folder.file("nothing"), folder.file("key") / "nothing"}) {
        const auto read = read_key_file(nothing);
        CHECK(error_of(read) == Errc::not_found);
        CHECK(read.error().hint == "is the volume that holds it mounted?");
    }
}

TEST_CASE("a new key file is random, readable by its owner only, and opens a slot", "[crypto]") {
    const TempFolder folder;
    const auto path = folder.file("key");
    SystemRandom random;
    REQUIRE(create_key_file(path, random));

    struct stat status {};

    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0400);
    CHECK(status.st_size == 65);
    const auto secret = read_key_file(path);
    REQUIRE(secret);
    CHECK(bytes_in(*secret) != Bytes(32));

    RootSlots slots(vault_id);
    REQUIRE(slots.add(root_key(), 1, *key_file_offer(path), "file", random, epoch_2026));
    CHECK(slots.open(*key_file_offer(path)));
    CHECK(slots.open(*key_file_offer(folder.file("other"))).error().code == Errc::not_found);
}

TEST_CASE("a key file is never overwritten, not even through a link", "[crypto]") {
    const TempFolder folder;
    SystemRandom random;
    write_file(folder.file("key"), "precious", owner_both);
    const auto again = create_key_file(folder.file("key"), random);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::in_use);
    CHECK(fs::file_size(folder.file("key")) == 8);
    fs::create_symlink(folder.file("target"), folder.file("link"));
    CHECK(create_key_file(folder.file("link"), random).error().code == Errc::in_use);
    CHECK_FALSE(fs::exists(folder.file("target")));
    CHECK(create_key_file(folder.file("missing") / "key", random).error().code == Errc::io);
}

}  // namespace key_file_test
