#include "crypto/record_sealer.hpp"

#include "crypto/context.hpp"
#include "crypto/padding.hpp"
#include "crypto/support.hpp"

#include <algorithm>
#include <type_traits>

namespace record_sealer_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

// Type rules: a key of one job is not a key of another, and neither can be copied or compared.
static_assert(!std::is_same_v<Kek, RootKey> && !std::is_convertible_v<Kek, Key<tag::Dek>>);
static_assert(!std::is_copy_constructible_v<Dek> && std::is_nothrow_move_constructible_v<Dek>);
static_assert(!std::is_copy_constructible_v<Keyring> && !std::is_default_constructible_v<Kek>);
static_assert(!std::equality_comparable<Kek>);
static_assert(!std::is_constructible_v<Dek, Kek>);

namespace {

constexpr std::string_view table = "twitter_user";
constexpr std::string_view column = "access_token";
constexpr std::string_view token = "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb";

/// Gives what a test lays down, then counts on.
class LaidRandom final : public Random {
 public:
    void lay(ByteView bytes) { laid_.insert(laid_.end(), bytes.begin(), bytes.end()); }

    void fill(std::span<std::uint8_t> out) override {
        for (auto& byte : out) byte = at_ < laid_.size() ? laid_[at_++] : next_++;
    }

 private:
    Bytes laid_;
    std::size_t at_ = 0;
    std::uint8_t next_ = 1;
};

/// The vector's keyring: record KEK 00..1f is version 7.
Keyring vector_keyring() {
    auto ring = counting_keyring();
    LaidRandom random;
    for (std::uint8_t version = 2; version <= 7; ++version) {
        random.lay(
            version == 7 ? span_of(0, 32) : span_of(static_cast<std::uint8_t>(100 + version), 32)
        );
        ring = std::move(*ring.with_new_key(Purpose::record_kek, random, epoch_2026));
    }
    return std::move(*ring.with_active(Purpose::record_kek, 7, epoch_2026));
}

struct Vault {
    Keyring ring;
    CountingRandom random;
    RecordSealer sealer{ring, random};

    explicit Vault(Keyring r = counting_keyring()) : ring(std::move(r)) {}
};

SecretBytes secret(std::string_view text) { return SecretBytes::copy_of(text); }

std::string text_in(const SecretBytes& value) {
    return value.expose([](ByteView bytes) { return std::string{text_of(bytes)}; });
}

template <class T>
void check_integrity(const Result<T>& result) {
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == Errc::integrity);
    CHECK(result.error().message == "integrity check failed");
}

}  // namespace

TEST_CASE("a wrapped data key and a column of the vector open", "[crypto]") {
    const Vault vault(vector_keyring());
    const auto dek = vault.sealer.unwrap(
        table,
        record_id,
        3,
        0,
        hex("010103000000000733223cf831597519404142434445464748494a4b4c4d4e4f5051525354555657d4e8b8"
            "e180"
            "22357d805f20003390cec868ae028f900a64accea59b49627f1598571667650a04927cf24892ca9c41b09d"
            "f7a7"
            "94e88cde508a5b32f87a3ba7ddef00431872f77c4bec9f91cc56b96f703c")
    );
    REQUIRE(dek);
    const auto value = vault.sealer.open_column(
        *dek,
        3,
        table,
        record_id,
        column,
        5,
        hex("0101040100000003ddd8b7840cda8615606162636465666768696a6b6c6d6e6f7071727374757677c5ef7d"
            "86d5"
            "8b076f519f084001e3ebf160253765cfd9be497241868a1879e23ce991b194a35e3e9e88af7119eddf59f2"
            "f4a3"
            "fedf335558157b0beea8f7e1c4015dc9a7841466b7a243ccad4681811e27e24d830c6e9814d1aabdd3c2f0"
            "687d"
            "f1d4a5196ec6941adca817c794ff7f8d983ab0c293cbed8f09c8a0de6c3a324bc6f0fad253d6c5fb39197b"
            "5f62"
            "d0b5d1e6eca969ec5db18962eecce8dc117f5428807bfa8bfd6fe69a2fbeed61fa9be398")
    );
    REQUIRE(value);
    CHECK(text_in(*value) == token);
}

TEST_CASE("a value comes back exactly, in an object that tells only its bucket", "[crypto]") {
    const Vault vault;
    const auto made = value(vault.sealer.new_dek(table, record_id, 1, 1));
    CHECK(made.wrapped.size() == 120);
    CHECK(made.kek_version == 1);
    std::string longest;
    for (int i = 0; i < 600; ++i) longest += "\xF0\x9F\x90\xA6";
    const auto [text, size] = GENERATE_COPY(Catch::Generators::table<std::string, std::size_t>({
        {"", 216},
        {std::string{token}, 216},
        {std::string(126, 'x'), 216},
        {std::string(127, 'x'), 728},
        {std::string(600, 'x'), 728},
        {longest, 2520},
    }));
    const auto object =
        vault.sealer.seal_column(made.key, 1, table, record_id, column, 1, secret(text));
    REQUIRE(object);
    CHECK(object->size() == size);
    const auto dek = vault.sealer.unwrap(table, record_id, 1, 0, made.wrapped);
    REQUIRE(dek);
    const auto back = vault.sealer.open_column(*dek, 1, table, record_id, column, 1, *object);
    REQUIRE(back);
    CHECK(text_in(*back) == text);
}

TEST_CASE("a configured minimum hides shorter lengths", "[crypto]") {
    const auto ring = counting_keyring();
    CountingRandom random;
    const RecordSealer sealer(ring, random, Bucket::medium);
    const auto made = value(sealer.new_dek(table, record_id, 1, 1));
    const auto object = sealer.seal_column(made.key, 1, table, record_id, column, 1, secret("x"));
    CHECK(object->size() == 728);
    CHECK(text_in(*sealer.open_column(made.key, 1, table, record_id, column, 1, *object)) == "x");
}

TEST_CASE("a value that is too long or not text is not sealed", "[crypto]") {
    const Vault vault;
    const auto made = value(vault.sealer.new_dek(table, record_id, 1, 1));
    const auto attempt = [&](std::string_view text) {
        return vault.sealer.seal_column(made.key, 1, table, record_id, column, 1, secret(text));
    };
    CHECK(attempt(std::string(600, 'x')));
    CHECK(attempt(std::string(601, 'x')).error().code == Errc::too_long);
    CHECK(attempt(std::string(100000, 'x')).error().code == Errc::too_long);
    CHECK(attempt("\xFF").error().code == Errc::invalid_argument);
}

TEST_CASE(
    "a wrapped data key opens only as the table, record, version and vault it is for", "[crypto]"
) {
    const Vault vault;
    const auto made = value(vault.sealer.new_dek(table, record_id, 2, 1));
    auto why = OpenFailure::none;
    REQUIRE(vault.sealer.unwrap(table, record_id, 2, 0, made.wrapped, &why));
    CHECK(why == OpenFailure::none);
    check_integrity(vault.sealer.unwrap("twitter_app", record_id, 2, 0, made.wrapped, &why));
    CHECK(why == OpenFailure::commitment);
    check_integrity(vault.sealer.unwrap(table, other_record, 2, 0, made.wrapped));
    check_integrity(vault.sealer.unwrap(table, record_id, 1, 0, made.wrapped));
    const Vault other(counting_keyring(other_vault));
    check_integrity(other.sealer.unwrap(table, record_id, 2, 0, made.wrapped));
}

TEST_CASE(
    "a wrapped data key opens only as of the generation that it was wrapped for", "[crypto]"
) {
    const Vault vault;
    const auto made = value(vault.sealer.new_dek(table, record_id, 2, 1));
    const auto again = value(vault.sealer.wrap(made.key, table, record_id, 2, 1));
    const auto opens = [&](ByteView wrapped, std::uint32_t generation) {
        const auto dek = vault.sealer.unwrap(table, record_id, 2, generation, wrapped);
        if (!dek) check_integrity(dek);
        return dek.has_value();
    };
    for (const std::uint32_t generation : {0U, 1U, 2U, 256U, UINT32_MAX}) {
        CHECK(opens(made.wrapped, generation) == (generation == 0));
        CHECK(opens(again, generation) == (generation == 1));
    }
}

TEST_CASE("a sealed column opens only where and as what it was sealed", "[crypto]") {
    const Vault vault;
    const auto made = value(vault.sealer.new_dek(table, record_id, 2, 9));
    const auto& dek = made.key;
    const auto object =
        vault.sealer.seal_column(dek, 2, table, record_id, column, 9, secret(token));
    const auto& sealer = vault.sealer;
    REQUIRE(sealer.open_column(dek, 2, table, record_id, column, 9, *object));
    check_integrity(sealer.open_column(dek, 2, table, record_id, "token_secret", 9, *object));
    check_integrity(sealer.open_column(dek, 2, table, other_record, column, 9, *object));
    check_integrity(sealer.open_column(dek, 2, "twitter_app", record_id, column, 9, *object));
    check_integrity(sealer.open_column(dek, 2, table, record_id, column, 8, *object));
    check_integrity(sealer.open_column(dek, 1, table, record_id, column, 9, *object));
    const auto newer = value(sealer.new_dek(table, record_id, 2, 10));
    auto why = OpenFailure::none;
    check_integrity(sealer.open_column(newer.key, 2, table, record_id, column, 9, *object, &why));
    CHECK(why == OpenFailure::key);
    const Vault other(counting_keyring(other_vault));
    check_integrity(other.sealer.open_column(dek, 2, table, record_id, column, 9, *object));
}

TEST_CASE("a data key is not a column and a column is not a data key", "[crypto]") {
    const Vault vault;
    const auto made = value(vault.sealer.new_dek(table, record_id, 1, 1));
    const auto object =
        vault.sealer.seal_column(made.key, 1, table, record_id, column, 1, secret(token));
    auto why = OpenFailure::none;
    check_integrity(vault.sealer.unwrap(table, record_id, 1, 0, *object, &why));
    CHECK(why == OpenFailure::format);
    check_integrity(
        vault.sealer.open_column(made.key, 1, table, record_id, column, 1, made.wrapped, &why)
    );
    CHECK(why == OpenFailure::format);
    check_integrity(vault.sealer.unwrap(table, record_id, 1, 0, {}));
    check_integrity(vault.sealer.open_column(made.key, 1, table, record_id, column, 1, {}));
}

TEST_CASE("bad framing under a valid tag is refused", "[crypto]") {
    const Vault vault;
    const auto made = value(vault.sealer.new_dek(table, record_id, 1, 1));
    Bytes framed(2432);
    const std::string too_many(601, 'x');
    frame(bytes_of(token), framed);
    SECTION("length beyond the bucket") { framed[0] = 0xFF; }
    SECTION("filler") { framed.back() = 1; }
    SECTION("not UTF-8") { framed[2] = 0xFF; }
    SECTION("601 code points") { frame(bytes_of(too_many), framed); }
    const auto where = column_context(vault_id, table, record_id.bytes, column, 1, 1);
    CountingRandom random;
    const auto object = seal(
        made.key.key,
        {.type = ObjectType::column,
         .bucket = Bucket::large,
         .key = {1, made.key.id},
         .context = where.view()},
        framed,
        random
    );
    auto why = OpenFailure::none;
    check_integrity(vault.sealer.open_column(made.key, 1, table, record_id, column, 1, object, &why)
    );
    CHECK(why == OpenFailure::padding);
}

TEST_CASE("two data keys differ even when the random numbers repeat", "[crypto]") {
    const auto ring = counting_keyring();
    CountingRandom first(5);
    CountingRandom second(5);
    const auto a = value(RecordSealer(ring, first).new_dek(table, record_id, 1, 1));
    const auto b = value(RecordSealer(ring, second).new_dek(table, record_id, 1, 2));
    const auto c = value(RecordSealer(ring, second).new_dek(table, other_record, 1, 1));
    CHECK(a.key.id != b.key.id);
    CHECK(a.key.id != c.key.id);
    CHECK(b.key.id != c.key.id);
}

TEST_CASE("after a rotation old wraps open, and a rewrap moves the same data key", "[crypto]") {
    CountingRandom random(3);
    const auto before = counting_keyring();
    const auto made = value(RecordSealer(before, random).new_dek(table, record_id, 1, 1));
    const auto object = RecordSealer(before, random)
                            .seal_column(made.key, 1, table, record_id, column, 1, secret(token));
    const auto added = before.with_new_key(Purpose::record_kek, random, epoch_2026);
    const auto after = added->with_active(Purpose::record_kek, 2, epoch_2026);
    REQUIRE(after);
    const RecordSealer sealer(*after, random);
    CHECK(sealer.active_kek_version() == 2);
    const auto dek = sealer.unwrap(table, record_id, 1, 0, made.wrapped);
    REQUIRE(dek);
    const auto rewrapped = value(sealer.wrap(*dek, table, record_id, 1, 1));
    CHECK(*RecordSealer::kek_version(made.wrapped) == 1);
    CHECK(*RecordSealer::kek_version(rewrapped) == 2);
    const auto again = sealer.unwrap(table, record_id, 1, 1, rewrapped);
    REQUIRE(again);
    CHECK(again->id == made.key.id);
    CHECK(text_in(*sealer.open_column(*again, 1, table, record_id, column, 1, *object)) == token);

    // A keyring that does not know the key yet, and one that destroyed the old one.
    auto why = OpenFailure::none;
    check_integrity(RecordSealer(before, random).unwrap(table, record_id, 1, 1, rewrapped, &why));
    CHECK(why == OpenFailure::key);
    const auto pending =
        after->with_state(Purpose::record_kek, 1, KeyState::destroy_pending, epoch_2026);
    const auto destroyed =
        pending->with_state(Purpose::record_kek, 1, KeyState::destroyed, epoch_2026);
    REQUIRE(destroyed);
    check_integrity(
        RecordSealer(*destroyed, random).unwrap(table, record_id, 1, 0, made.wrapped, &why)
    );
    CHECK(why == OpenFailure::key);
    CHECK(RecordSealer(*destroyed, random).unwrap(table, record_id, 1, 1, rewrapped));
    check_integrity(RecordSealer::kek_version(*object));
}

TEST_CASE("a wrap that names another key of the ring is refused", "[crypto]") {
    CountingRandom random(3);
    const auto before = counting_keyring();
    const auto made = value(RecordSealer(before, random).new_dek(table, record_id, 1, 1));
    const auto added = before.with_new_key(Purpose::record_kek, random, epoch_2026);
    auto wrapped = made.wrapped;
    wrapped[7] = 2;
    auto why = OpenFailure::none;
    check_integrity(RecordSealer(*added, random).unwrap(table, record_id, 1, 0, wrapped, &why));
    CHECK(why == OpenFailure::key);
    // With the other key's id as well, the commitment tells.
    const auto after = added->with_active(Purpose::record_kek, 2, epoch_2026);
    const auto& other = after->active<Purpose::record_kek>();
    std::copy(other.name.id.begin(), other.name.id.end(), wrapped.begin() + 8);
    check_integrity(RecordSealer(*after, random).unwrap(table, record_id, 1, 0, wrapped, &why));
    CHECK(why == OpenFailure::commitment);
}

}  // namespace record_sealer_test
