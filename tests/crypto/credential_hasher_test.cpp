#include "crypto/credential_hasher.hpp"

#include "crypto/support.hpp"

namespace credential_hasher_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

const CredentialClaims claims{
    .credential = Uuid::from_bytes(span_of(0x30, 16)),
    .user = Uuid::from_bytes(span_of(0x20, 16)),
    .expires = from_ms(1700000000000),
    .counter = 9};

}  // namespace

TEST_CASE("credential hashes agree with a second implementation", "[crypto]") {
    // tests/vectors/row_tag.py
    const auto ring = counting_keyring();
    const CredentialHasher hasher(ring);
    const auto hash = hasher.hash(claims, bytes_of("s3cr3t"));
    CHECK(to_hex(hash) == "84bf9028bc30ea3b8d520eb9fe64b54d0143444417fcf0c94e8ab8903d5abcf3");
    CHECK(hasher.hash(claims, SecretBytes::copy_of("s3cr3t")) == hash);
    CHECK(hasher.check(claims, bytes_of("s3cr3t"), hash));
    CHECK(hasher.key_version() == 1);
    // tests/vectors/pages_test.py
    CHECK(
        to_hex(hasher.hash(claims, span_of(0x40, 32))) ==
        "e83142c87d3ec426d12f4ee4e7e041b337486e5dace84618819dd705370929ab"
    );
}

TEST_CASE("a token with any claim changed is another token", "[crypto]") {
    const auto ring = counting_keyring();
    const CredentialHasher hasher(ring);
    const auto stored = hasher.hash(claims, bytes_of("s3cr3t"));
    auto changed = claims;
    std::string secret = "s3cr3t";
    SECTION("another secret") { secret = "s3cr3u"; }
    SECTION("no secret") { secret.clear(); }
    SECTION("another credential") { changed.credential = record_id; }
    SECTION("another user") { changed.user = record_id; }
    SECTION("prolonged") { changed.expires += std::chrono::milliseconds{1}; }
    SECTION("the user's counter was raised") { changed.counter = 10; }
    CHECK_FALSE(hasher.check(changed, bytes_of(secret), stored));
}

TEST_CASE("a token does not work in another vault or under another key", "[crypto]") {
    const auto ring = counting_keyring();
    const auto stored = CredentialHasher(ring).hash(claims, bytes_of("s3cr3t"));
    const auto other = counting_keyring(other_vault);
    CHECK_FALSE(CredentialHasher(other).check(claims, bytes_of("s3cr3t"), stored));
    CountingRandom random(1);
    const auto rekeyed = Keyring::create(vault_id, random, epoch_2026);
    CHECK_FALSE(CredentialHasher(rekeyed).check(claims, bytes_of("s3cr3t"), stored));
}

}  // namespace credential_hasher_test
