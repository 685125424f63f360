#include "crypto/sealed_object.hpp"

#include "crypto/context.hpp"
#include "crypto/hash.hpp"
#include "crypto/support.hpp"

#include <sodium.h>

namespace sealed_object_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

// The envelope vector: KEK 00..1f of version 7, DEK 80..9f of version 3, value version 5.
const auto wrapped_vector =
    "010103000000000733223cf831597519404142434445464748494a4b4c4d4e4f5051525354555657d4e8b8e1802235"
    "7d"
    "805f20003390cec868ae028f900a64accea59b49627f1598571667650a04927cf24892ca9c41b09df7a794e88cde50"
    "8a"
    "5b32f87a3ba7ddef00431872f77c4bec9f91cc56b96f703c";
const auto column_vector =
    "0101040100000003ddd8b7840cda8615606162636465666768696a6b6c6d6e6f7071727374757677c5ef7d86d58b07"
    "6f"
    "519f084001e3ebf160253765cfd9be497241868a1879e23ce991b194a35e3e9e88af7119eddf59f2f4a3fedf335558"
    "15"
    "7b0beea8f7e1c4015dc9a7841466b7a243ccad4681811e27e24d830c6e9814d1aabdd3c2f0687df1d4a5196ec6941a"
    "dc"
    "a817c794ff7f8d983ab0c293cbed8f09c8a0de6c3a324bc6f0fad253d6c5fb39197b5f62d0b5d1e6eca969ec5db189"
    "62"
    "eecce8dc117f5428807bfa8bfd6fe69a2fbeed61fa9be398";
constexpr std::string_view token = "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb";

const auto kek_bytes = span_of(0, 32);
const auto dek_bytes = span_of(0x80, 32);

Context dek_place() { return dek_context(vault_id, "twitter_user", record_id.bytes, 3, 0); }

Context column_place() {
    return column_context(vault_id, "twitter_user", record_id.bytes, "access_token", 3, 5);
}

struct Opened {
    OpenFailure failure;
    Bytes plain;
};

Opened open_bytes(ByteView key, const SealRequest& request, ByteView object) {
    Bytes out(object.size() < sealed_overhead ? 0 : object.size() - sealed_overhead, 0xEE);
    const auto failure = open_into(out, key, request, object);
    return {failure, out};
}

struct Sample {
    ObjectType type;
    Bucket bucket;
    std::size_t plain_bytes;
};

const Sample samples[] = {
    {ObjectType::root_key, Bucket::none, 32},
    {ObjectType::keyring, Bucket::none, 400},
    {ObjectType::wrapped_dek, Bucket::none, 32},
    {ObjectType::column, Bucket::small, 128},
    {ObjectType::column, Bucket::medium, 640},
    {ObjectType::audit_day_key, Bucket::none, 32},
    {ObjectType::export_key, Bucket::none, 32},
};

}  // namespace

TEST_CASE("key ids agree with the vector", "[crypto]") {
    CHECK(to_hex(key_id(kek_bytes)) == "33223cf831597519");
    CHECK(to_hex(key_id(dek_bytes)) == "ddd8b7840cda8615");
}

TEST_CASE("contexts agree with the vector", "[crypto]") {
    CHECK(
        to_hex(dek_place().view()) ==
        "00077376312e64656ba0a1a2a3a4a5a6a7a8a9aaabacadaeaf000c747769747465725f75736572001010111213"
        "1415"
        "161718191a1b1c1d1e1f00000003"
    );
    CHECK(
        to_hex(column_place().view()) ==
        "00077376312e636f6ca0a1a2a3a4a5a6a7a8a9aaabacadaeaf000c747769747465725f75736572001010111213"
        "1415"
        "161718191a1b1c1d1e1f000c6163636573735f746f6b656e000000030000000000000005"
    );
}

TEST_CASE("a data key's context has the wrap generation unless that is 0", "[crypto]") {
    const auto first = dek_place();
    const auto later = dek_context(vault_id, "twitter_user", record_id.bytes, 3, 0x0102);
    CHECK(to_hex(later.view()) == to_hex(first.view()) + "00000102");
}

TEST_CASE("contexts of different kinds never agree", "[crypto]") {
    CHECK(
        to_hex(keyring_context(vault_id, 2).view()) ==
        "000b7376312e6b657972696e67a0a1a2a3a4a5a6a7a8a9aaabacadaeaf0000000000000002"
    );
    CHECK(
        to_hex(slot_context(vault_id, hex("0102")).view()) ==
        "00087376312e736c6f74a0a1a2a3a4a5a6a7a8a9aaabacadaeaf0102"
    );
    CHECK(
        to_hex(audit_day_context(vault_id, "o", 3, 2).view()) ==
        "000c7376312e6175646974646179a0a1a2a3a4a5a6a7a8a9aaabacadaeaf00016f0000000302"
    );
}

TEST_CASE("a context that does not fit is a bug, not a shorter context", "[crypto]") {
    const std::string long_name(Context::capacity, 'x');
    CHECK_THROWS_AS(dek_context(vault_id, long_name, record_id.bytes, 1, 0), std::length_error);
    const std::string wrapping_name(70000, 'x');
    CHECK_THROWS_AS(dek_context(vault_id, wrapping_name, record_id.bytes, 1, 0), std::length_error);
}

TEST_CASE("sealing and opening agree with the vector, byte for byte", "[crypto]") {
    const auto dek_where = dek_place();
    const SealRequest wrap{
        .type = ObjectType::wrapped_dek,
        .key = {7, key_id(kek_bytes)},
        .context = dek_where.view()};
    CountingRandom wrap_nonce(0x40);
    const auto wrapped = seal(Kek::copy_of(kek_bytes), wrap, dek_bytes, wrap_nonce);
    CHECK(to_hex(wrapped) == wrapped_vector);
    CHECK(open_bytes(kek_bytes, wrap, wrapped).plain == dek_bytes);

    const auto column_where = column_place();
    const SealRequest column{
        .type = ObjectType::column,
        .bucket = Bucket::small,
        .key = {3, key_id(dek_bytes)},
        .context = column_where.view()};
    Bytes framed(128);
    frame(bytes_of(token), framed);
    CountingRandom column_nonce(0x60);
    const auto sealed = seal(Key<tag::Dek>::copy_of(dek_bytes), column, framed, column_nonce);
    CHECK(to_hex(sealed) == column_vector);
    const auto opened = open_bytes(dek_bytes, column, sealed);
    CHECK(opened.failure == OpenFailure::none);
    CHECK(text_of(*unframe(opened.plain)) == token);
}

TEST_CASE(
    "every flipped bit of every type of sealed object is refused and yields nothing", "[crypto]"
) {
    const Bytes context = span_of(1, 20);
    CountingRandom random;
    for (const auto& sample : samples) {
        const SealRequest request{
            .type = sample.type,
            .bucket = sample.bucket,
            .key = {9, key_id(kek_bytes)},
            .context = context};
        Bytes object(sample.plain_bytes + sealed_overhead);
        const Bytes plain(sample.plain_bytes, 0x5A);
        seal_into(object, kek_bytes, request, plain, random);
        REQUIRE(open_bytes(kek_bytes, request, object).plain == plain);
        std::size_t accepted = 0;
        std::size_t leaked = 0;
        for (std::size_t bit = 0; bit < object.size() * 8; ++bit) {
            auto changed = object;
            changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
            const auto opened = open_bytes(kek_bytes, request, changed);
            accepted += opened.failure == OpenFailure::none;
            leaked += opened.plain != Bytes(opened.plain.size());
        }
        CHECK(accepted == 0);
        CHECK(leaked == 0);
    }
}

TEST_CASE("a truncated or extended object is refused at every length", "[crypto]") {
    const Bytes context = span_of(1, 20);
    CountingRandom random;
    for (const auto& sample : samples) {
        const SealRequest request{
            .type = sample.type,
            .bucket = sample.bucket,
            .key = {9, key_id(kek_bytes)},
            .context = context};
        Bytes object(sample.plain_bytes + sealed_overhead);
        seal_into(object, kek_bytes, request, Bytes(sample.plain_bytes), random);
        for (std::size_t size = 0; size < object.size(); ++size) {
            const auto cut = ByteView{object}.first(size);
            CHECK(open_bytes(kek_bytes, request, cut).failure != OpenFailure::none);
        }
        object.push_back(0);
        CHECK(open_bytes(kek_bytes, request, object).failure != OpenFailure::none);
    }
}

TEST_CASE("format, suite, type and pad accept one value each", "[crypto]") {
    const auto where = column_place();
    const SealRequest request{
        .type = ObjectType::column,
        .bucket = Bucket::small,
        .key = {3, key_id(dek_bytes)},
        .context = where.view()};
    const auto object = hex(column_vector);
    for (std::size_t field = 0; field < 4; ++field) {
        for (unsigned value = 0; value < 256; ++value) {
            auto changed = object;
            changed[field] = static_cast<std::uint8_t>(value);
            if (changed == object) continue;
            CHECK(open_bytes(dek_bytes, request, changed).failure == OpenFailure::format);
        }
    }
}

TEST_CASE("an object of one type does not open as another", "[crypto]") {
    const Bytes context = span_of(1, 20);
    CountingRandom random;
    const KeyName name{9, key_id(kek_bytes)};
    for (const auto& sample : samples) {
        Bytes object(sample.plain_bytes + sealed_overhead);
        seal_into(
            object,
            kek_bytes,
            {.type = sample.type, .bucket = sample.bucket, .key = name, .context = context},
            Bytes(sample.plain_bytes),
            random
        );
        for (const auto& other : samples) {
            if (other.type == sample.type && other.bucket == sample.bucket) continue;
            const SealRequest request{
                .type = other.type, .bucket = other.bucket, .key = name, .context = context};
            CHECK(open_bytes(kek_bytes, request, object).failure == OpenFailure::format);
        }
    }
}

TEST_CASE(
    "the header must name the expected key, and the key must be the one it names", "[crypto]"
) {
    const auto where = dek_place();
    const auto object = hex(wrapped_vector);
    const auto id = key_id(kek_bytes);
    const auto attempt = [&](ByteView key, KeyName name) {
        return open_bytes(
                   key,
                   {.type = ObjectType::wrapped_dek, .key = name, .context = where.view()},
                   object
        )
            .failure;
    };
    const auto other_key = span_of(0x20, 32);
    CHECK(attempt(kek_bytes, {7, id}) == OpenFailure::none);
    CHECK(attempt(kek_bytes, {8, id}) == OpenFailure::key);
    CHECK(attempt(other_key, {7, key_id(other_key)}) == OpenFailure::key);
    CHECK(attempt(other_key, {7, id}) == OpenFailure::commitment);
}

TEST_CASE("a moved object fails at the commitment, before decryption", "[crypto]") {
    const auto object = hex(column_vector);
    const auto attempt = [&](const Context& where) {
        return open_bytes(
                   dek_bytes,
                   {.type = ObjectType::column,
                    .bucket = Bucket::small,
                    .key = {3, key_id(dek_bytes)},
                    .context = where.view()},
                   object
        )
            .failure;
    };
    const auto place = [](const Uuid& vault,
                          std::string_view table,
                          const Uuid& id,
                          std::string_view column,
                          std::uint32_t dek,
                          std::uint64_t value) {
        return column_context(vault, table, id.bytes, column, dek, value);
    };
    CHECK(attempt(column_place()) == OpenFailure::none);
    using enum OpenFailure;
    CHECK(
        attempt(place(other_vault, "twitter_user", record_id, "access_token", 3, 5)) == commitment
    );
    CHECK(attempt(place(vault_id, "twitter_app", record_id, "access_token", 3, 5)) == commitment);
    CHECK(
        attempt(place(vault_id, "twitter_user", other_record, "access_token", 3, 5)) == commitment
    );
    CHECK(attempt(place(vault_id, "twitter_user", record_id, "token_secret", 3, 5)) == commitment);
    CHECK(attempt(place(vault_id, "twitter_user", record_id, "access_token", 2, 5)) == commitment);
    CHECK(attempt(place(vault_id, "twitter_user", record_id, "access_token", 3, 4)) == commitment);
}

TEST_CASE("a valid tag with a wrong commitment is refused", "[crypto]") {
    // Sealed by hand: the AEAD covers the false commitment, so the tag alone would be accepted.
    const auto where = dek_place();
    auto object = hex(wrapped_vector);
    ByteArray<64> seed{};
    KeyedHash(kek_bytes, KeyedHash::Size::bits_512)
        .lp("sv1.seal")
        .bytes(ByteView{object}.first(40))
        .lp(where.view())
        .into(seed);
    object[40] ^= 1;
    Bytes ad(object.begin(), object.begin() + 72);
    ad.insert(ad.end(), where.view().begin(), where.view().end());
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        object.data() + 72,
        nullptr,
        dek_bytes.data(),
        32,
        ad.data(),
        ad.size(),
        nullptr,
        object.data() + 16,
        seed.data()
    );
    const SealRequest request{
        .type = ObjectType::wrapped_dek, .key = {7, key_id(kek_bytes)}, .context = where.view()};
    CHECK(open_bytes(kek_bytes, request, object).failure == OpenFailure::commitment);
    ByteArray<32> plain{};
    CHECK(
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            plain.data(),
            nullptr,
            nullptr,
            object.data() + 72,
            48,
            ad.data(),
            ad.size(),
            object.data() + 16,
            seed.data()
        ) == 0
    );
}

TEST_CASE("an object crafted to open under two keys opens under one", "[crypto]") {
    // tests/vectors/two_key.py
    const auto object =
        hex("010104010000000133223cf831597519606162636465666768696a6b6c6d6e6f70717273747576770215bd"
            "34cd3b87ee"
            "fe5ea0940ca2eb88356281dd0e68767da0c3296b9f5989f272511276d855f65d1a03cf568276286285b3ab"
            "58ee1e593e"
            "cdf84aff215e0b9f8d477cf96f276cd076c852b1c8c0548ecf1204480ee3f115b33587ee9fcbfca1ea3e73"
            "253ccd502f"
            "a8dce249728861eabd929534038324c639d9951f23d0ec0a0100000000000000000000000000000055fc9d"
            "a811e81846"
            "fb1f46bf84fdf5e73c5a4d5cfa55e2e290760ee5041fc8b9");
    const auto first = span_of(0, 32);
    const auto second = span_of(0x20, 32);
    const auto where = column_context(vault_id, "t", record_id.bytes, "c", 1, 1);
    const SealRequest request{
        .type = ObjectType::column,
        .bucket = Bucket::small,
        .key = {1, key_id(first)},
        .context = where.view()};
    CHECK(open_bytes(first, request, object).failure == OpenFailure::none);
    CHECK(open_bytes(second, request, object).failure == OpenFailure::commitment);

    // The AEAD alone would have opened it.
    ByteArray<64> seed{};
    KeyedHash(second, KeyedHash::Size::bits_512)
        .lp("sv1.seal")
        .bytes(ByteView{object}.first(40))
        .lp(where.view())
        .into(seed);
    Bytes ad(object.begin(), object.begin() + 72);
    ad.insert(ad.end(), where.view().begin(), where.view().end());
    Bytes plain(128);
    CHECK(
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            plain.data(),
            nullptr,
            nullptr,
            object.data() + 72,
            object.size() - 72,
            ad.data(),
            ad.size(),
            object.data() + 16,
            seed.data()
        ) == 0
    );
}

TEST_CASE("a header is read only from an object that could open", "[crypto]") {
    const auto object = hex(wrapped_vector);
    const auto header = parse_sealed_header(object);
    REQUIRE(header);
    CHECK(header->type == ObjectType::wrapped_dek);
    CHECK(header->key == KeyName{7, key_id(kek_bytes)});
    CHECK_FALSE(parse_sealed_header(ByteView{object}.first(119)));
    CHECK_FALSE(parse_sealed_header({}));
    const Bytes zeros(120);
    CHECK_FALSE(parse_sealed_header(zeros));
}

TEST_CASE("a key opens only from an object of a key's size", "[crypto]") {
    const auto where = dek_place();
    const SealRequest request{
        .type = ObjectType::wrapped_dek, .key = {7, key_id(kek_bytes)}, .context = where.view()};
    const auto kek = Kek::copy_of(kek_bytes);
    auto why = OpenFailure::tag;
    const auto opened = open_key<Key<tag::Dek>>(kek, request, hex(wrapped_vector), &why);
    REQUIRE(opened);
    CHECK(bytes_in(*opened) == dek_bytes);
    CHECK(why == OpenFailure::none);
    const auto failed = open_key<Key<tag::Dek>>(kek, request, hex(column_vector), &why);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == Errc::integrity);
    CHECK(failed.error().message == "integrity check failed");
    CHECK(why == OpenFailure::format);
}

TEST_CASE("sealing a plaintext that its type cannot hold is a bug", "[crypto]") {
    CountingRandom random;
    Bytes out(33 + sealed_overhead);
    const SealRequest request{.type = ObjectType::wrapped_dek, .key = {}, .context = {}};
    CHECK_THROWS_AS(seal_into(out, kek_bytes, request, Bytes(33), random), std::logic_error);
    Bytes column(127 + sealed_overhead);
    const SealRequest odd{
        .type = ObjectType::column, .bucket = Bucket::small, .key = {}, .context = {}};
    CHECK_THROWS_AS(seal_into(column, kek_bytes, odd, Bytes(127), random), std::logic_error);
}

}  // namespace sealed_object_test
