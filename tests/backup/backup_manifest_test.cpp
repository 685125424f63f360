#include "vault/backup_manifest.hpp"

#include "merkle/checkpoint.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

namespace backup_manifest_test {

using namespace rookery;
using namespace rookery::messages;

namespace {

crypto::SigningKey key() {
    return crypto::SigningKey::from_seed(crypto::SigningSeed::filled_by([](auto out) {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i);
    }));
}

Digest bytes_from(std::uint8_t first) {
    Digest out{};
    for (auto& byte : out) byte = first++;
    return out;
}

/// That of docs/formats/backup.md.
BackupManifest example() {
    BackupManifest out;
    out.id = *Uuid::parse("5f0c1b2a-0d4e-4f6a-8b7c-9d0e1f2a3b4c");
    out.vault.id = *Uuid::parse("8ebc1716-f7b2-4268-b934-f509d838df19");
    out.vault.kind = VaultKind::production;
    out.vault.origin = "vault.example/audit/n1";
    out.keyring_epoch = 1;
    out.time = *parse_iso8601("2026-11-29T04:10:12Z");
    out.log_size = 42;
    out.log_root = bytes_from(0x40);
    out.files = {
        {"log.vkey", 77, bytes_from(0x60)},
        {"store/000012.sst", 4096, bytes_from(0x80)},
        {"store/CURRENT", 16, bytes_from(0xa0)},
        {"vault", 103, bytes_from(0xc0)},
    };
    return out;
}

}  // namespace

TEST_CASE("a manifest is read as it was written, and its signature is the log key's", "[backup]") {
    const auto signing = key();
    const auto text = encode(example(), &signing);
    const auto read = parse_manifest(text);
    REQUIRE(read);
    CHECK(read->manifest.id == example().id);
    CHECK(read->manifest.vault.origin == "vault.example/audit/n1");
    CHECK(read->manifest.keyring_epoch == 1);
    CHECK(read->manifest.time == example().time);
    CHECK(read->manifest.log_size == 42);
    CHECK(read->manifest.log_root == example().log_root);
    CHECK(read->manifest.files == example().files);
    CHECK(read->signed_by(key().public_key()));
    CHECK_FALSE(read->signed_by(bytes_from(7)));
}

TEST_CASE("the manifest of the page is the one that is written", "[backup]") {
    const auto signing = key();
    std::ifstream file(std::string(ROOKERY_SOURCE_DIR) + "/docs/formats/backup.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    const auto text = encode(example(), &signing);
    INFO(text);
    CHECK(page.find("```\n" + text + "```") != std::string::npos);
}

TEST_CASE("a manifest that nobody signed says so, and nobody's signature fits it", "[backup]") {
    const auto read = parse_manifest(encode(example(), nullptr));
    REQUIRE(read);
    CHECK_FALSE(read->signature);
    CHECK_FALSE(read->signed_by(key().public_key()));
}

TEST_CASE(
    "no other byte, none fewer and none more is a manifest of the same signature", "[backup]"
) {
    const auto signing = key();
    const auto text = encode(example(), &signing);
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto other = text;
        other[i] = static_cast<char>(other[i] ^ 1);
        const auto read = parse_manifest(other);
        CHECK((!read || !read->signed_by(signing.public_key())));
        const auto cut = parse_manifest(text.substr(0, i));
        CHECK((!cut || !cut->signed_by(signing.public_key())));
    }
    CHECK_FALSE(parse_manifest(text + "\n"));
    CHECK_FALSE(parse_manifest(text + text));
}

TEST_CASE("a manifest has one spelling, and no file leads out of the backup", "[backup]") {
    const auto refused = [](std::string_view from, std::string_view to) {
        auto text = encode(example(), nullptr);
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        const auto read = parse_manifest(text.replace(at, from.size(), to));
        return !read && read.error().code == Errc::integrity;
    };
    CHECK(refused("log 42", "log 042"));
    CHECK(refused("epoch 1", "epoch +1"));
    CHECK(refused("epoch 1", "epoch 99999999999999999999"));
    CHECK(refused("files 4", "files 3"));
    CHECK(refused("files 4", "files 18446744073709551615"));
    CHECK(refused("store/000012.sst", "store/../../root"));
    CHECK(refused("store/000012.sst", "/etc/passwd.sst"));
    CHECK(refused("store/000012.sst", "keyring"));
    CHECK(refused("store/000012.sst", "store/LOCK"));
    CHECK(refused("store/CURRENT", "store/000012.sst"));
    CHECK(refused("606162", "60616Z"));
    CHECK(refused("a0a1", "A0A1"));
    CHECK(refused("unsigned", "signature AAAA"));
    CHECK(refused("2026-11-29T04:10:12Z", "2026-11-29"));
}

TEST_CASE("a manifest of a newer form is named as that", "[backup]") {
    auto text = encode(example(), nullptr);
    text.replace(text.find("backup 1"), 8, "backup 2");
    const auto read = parse_manifest(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::newer_format);
}

TEST_CASE("what signs a manifest signs no checkpoint by that", "[backup]") {
    const auto signing = key();
    const auto read = parse_manifest(encode(example(), &signing));
    REQUIRE(read);
    CHECK_FALSE(merkle::parse_note_body(read->body));
}

}  // namespace backup_manifest_test
