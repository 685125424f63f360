#include "crypto/pseudonyms.hpp"

#include "crypto/support.hpp"

namespace pseudonyms_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

const auto token = SecretBytes::copy_of("370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb");
const Bytes address{192, 0, 2, 10};

/// The pseudonym key of the log's vector, 00..1f, as the third draw.
Keyring vector_keyring() {
    CountingRandom random(static_cast<std::uint8_t>(256 - 64));
    return Keyring::create(vault_id, random, epoch_2026);
}

}  // namespace

TEST_CASE("a value's hash agrees with the vector and a second implementation", "[crypto]") {
    const auto ring = vector_keyring();
    CHECK(
        to_hex(Pseudonyms(ring).value_hash("twitter_user", "access_token", token)) ==
        "4f151f7eb166854156f3193ec072db2c"
    );
    // tests/vectors/row_tag.py
    const auto counting = counting_keyring();
    CHECK(
        to_hex(Pseudonyms(counting).value_hash("twitter_user", "access_token", token)) ==
        "58866a1d7faae41d8ecb4f5120cbc1f8"
    );
    CHECK(to_hex(Pseudonyms(counting).source_pseudonym(address)) == "cbf6dd826bfd0fd1");
    CHECK(Pseudonyms(counting).key_version() == 1);
}

TEST_CASE("pseudonyms agree with those of docs/formats/pseudonyms.md", "[crypto]") {
    // tests/vectors/pages_test.py
    const auto ring = counting_keyring();
    const Pseudonyms names(ring);
    CHECK(
        to_hex(names.value_hash("msdyn_octwitterhandlesecret", "msdyn_useraccesstoken", token)) ==
        "f6277bf4fa2dd8bfe66dadf908a08686"
    );
    const auto host = hex("20010db8000000000000000000000001");
    CHECK(to_hex(names.source_pseudonym(host)) == "e259815f7690750f");
    CHECK(to_hex(names.source_pseudonym(ByteView(host).first(8))) == "11397b1782a9decb");
}

TEST_CASE(
    "a value's hash tells table, column, vault and key apart, and equal values together", "[crypto]"
) {
    const auto ring = counting_keyring();
    const Pseudonyms names(ring);
    const auto base = names.value_hash("t", "c", token);
    CHECK(base == names.value_hash("t", "c", token.clone()));
    CHECK(base != names.value_hash("u", "c", token));
    CHECK(base != names.value_hash("t", "d", token));
    CHECK(base != names.value_hash("tc", "", token));
    CHECK(base != names.value_hash("t", "c", SecretBytes::copy_of("other")));
    const auto other = counting_keyring(other_vault);
    CHECK(base != Pseudonyms(other).value_hash("t", "c", token));
    const auto vector = vector_keyring();
    CHECK(base != Pseudonyms(vector).value_hash("t", "c", token));
}

TEST_CASE("an address and its longer form have different pseudonyms", "[crypto]") {
    const auto ring = counting_keyring();
    const Pseudonyms names(ring);
    auto mapped = Bytes(10);
    mapped.insert(mapped.end(), {0xFF, 0xFF, 192, 0, 2, 10});
    CHECK(names.source_pseudonym(address) != names.source_pseudonym(mapped));
    CHECK(names.source_pseudonym(address) != names.source_pseudonym({}));
}

}  // namespace pseudonyms_test
