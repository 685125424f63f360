#include "crypto/row_authenticator.hpp"

#include "crypto/hash.hpp"
#include "crypto/support.hpp"

namespace row_authenticator_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

constexpr std::string_view table = "twitter_user";

struct Column {
    std::uint16_t id;
    Bytes bytes;
};

const std::vector<Column> columns{
    {1, {'a', 'l', 'i', 'c', 'e'}}, {2, span_of(0, 200)}, {0xFF00, {0, 0, 0, 3}}};

Bytes body_of(
    std::uint64_t row_version, const std::vector<Column>& cells, std::uint32_t key_version = 1
) {
    ByteWriter out;
    out.u64(row_version).u16(static_cast<std::uint16_t>(cells.size()));
    for (const auto& cell : cells) {
        out.u16(cell.id).u32(static_cast<std::uint32_t>(cell.bytes.size())).bytes(cell.bytes);
    }
    out.u32(key_version);
    return std::move(out).take();
}

}  // namespace

TEST_CASE("row tags and summands agree with a second implementation", "[crypto]") {
    // tests/vectors/row_tag.py
    const auto ring = counting_keyring();
    const RowAuthenticator rows(ring);
    const auto live = rows.tag(RowKind::live, table, record_id, body_of(5, columns));
    CHECK(to_hex(live) == "6b39044aa3867bd695616a651131daa1ca7fae702105d2c7e69cd55a8b0d9a74");
    CHECK(
        to_hex(rows.tag(RowKind::tombstone, table, record_id, body_of(6, {}))) ==
        "f96c2ac620da9ae35f70530e1f05c5db968ff2a783875e9fb543a8118f900915"
    );
    CHECK(
        to_hex(rows.digest_summand_format_1(7, record_id, 5, live)) ==
        "20c080dca518ecec6498c9e18530e163a649bf2b4e7ff017ac285895fddd613b"
    );
    ByteWriter total;
    total.bytes(live).u64(77).u8(0);
    CHECK(
        to_hex(rows.digest_summand(7, record_id, 5, total.view())) ==
        "10cbb15ceee6cc8d5f265389add1eab5d1b5c1049c9eec669212b1bb1f1b00c7"
    );
    const auto key = "outbox/" + std::string(text_of(record_id.view()));
    CHECK(
        to_hex(rows.outbox_summand(key, "entry")) ==
        "6cb57cd472ebf366e0fce02e3d40abea9348e188d2c7706ccdb029fbe661f620"
    );
    CHECK(
        to_hex(rows.state_mask(2, span_of(0, 94))) ==
        "d097acc61e9e43c9bf3917e463ee377955e1383b1d106e25b0ed9fc6f40d88a6"
    );
}

TEST_CASE("the cell framing is the envelope vector's", "[crypto]") {
    // The vector's layout has no key version and its key comes from a DEK; the framing is the same.
    const auto row_key = KeyedHash(span_of(0x80, 32)).lp("sv1.rowmac").digest();
    CHECK(to_hex(row_key) == "e7585227534dc2d9a942e9bf9c9886557338c0ea334c12393fa274e2ea563d8b");
    const auto sealed =
        hex("0101040100000003ddd8b7840cda8615606162636465666768696a6b6c6d6e6f7071727374757677c5ef7d"
            "86d58b076f"
            "519f084001e3ebf160253765cfd9be497241868a1879e23ce991b194a35e3e9e88af7119eddf59f2f4a3fe"
            "df33555815"
            "7b0beea8f7e1c4015dc9a7841466b7a243ccad4681811e27e24d830c6e9814d1aabdd3c2f0687df1d4a519"
            "6ec6941adc"
            "a817c794ff7f8d983ab0c293cbed8f09c8a0de6c3a324bc6f0fad253d6c5fb39197b5f62d0b5d1e6eca969"
            "ec5db18962"
            "eecce8dc117f5428807bfa8bfd6fe69a2fbeed61fa9be398");
    const auto body = body_of(5, {{1, {'a', 'l', 'i', 'c', 'e'}}, {2, sealed}});
    const auto without_key_version = ByteView{body}.first(body.size() - 4);
    CHECK(
        to_hex(KeyedHash(row_key)
                   .lp("sv1.row")
                   .bytes(vault_id.bytes)
                   .lp(table)
                   .lp(ByteView{record_id.bytes})
                   .bytes(without_key_version)
                   .digest()) == "606c6509a6823bab794a9eaa720b2def28ccdbcc3479aea35833e31c9b94f983"
    );
}

TEST_CASE("a row is accepted as itself only", "[crypto]") {
    const auto ring = counting_keyring();
    const RowAuthenticator rows(ring);
    const auto body = body_of(5, columns);
    const auto tag = rows.tag(RowKind::live, table, record_id, body);
    REQUIRE(rows.check(RowKind::live, table, record_id, body, tag));
    const auto refused = rows.check(RowKind::tombstone, table, record_id, body, tag);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::integrity);
    CHECK(refused.error().message == "integrity check failed");
    CHECK_FALSE(rows.check(RowKind::live, "twitter_app", record_id, body, tag));
    CHECK_FALSE(rows.check(RowKind::live, table, other_record, body, tag));
    CHECK_FALSE(rows.check(RowKind::live, table, record_id, body, ByteView{tag}.first(31)));
    CHECK_FALSE(rows.check(RowKind::live, table, record_id, body, {}));
    CHECK_FALSE(rows.check(RowKind::live, table, record_id, body_of(4, columns), tag));
    const auto other_ring = counting_keyring(other_vault);
    CHECK_FALSE(RowAuthenticator(other_ring).check(RowKind::live, table, record_id, body, tag));
}

TEST_CASE("a changed, dropped, added, reordered or repeated column breaks the tag", "[crypto]") {
    const auto ring = counting_keyring();
    const RowAuthenticator rows(ring);
    const auto tag = rows.tag(RowKind::live, table, record_id, body_of(5, columns));
    auto changed = columns;
    SECTION("changed") { changed[0].bytes[0] = 'A'; }
    SECTION("other column id") { changed[0].id = 3; }
    SECTION("dropped") { changed.pop_back(); }
    SECTION("added") { changed.push_back({0xFF01, {}}); }
    SECTION("reordered") { std::swap(changed[0], changed[1]); }
    SECTION("repeated") { changed.insert(changed.begin(), changed[0]); }
    SECTION("a byte moved to the next column") {
        changed[1].bytes.insert(changed[1].bytes.begin(), changed[0].bytes.back());
        changed[0].bytes.pop_back();
    }
    CHECK_FALSE(rows.check(RowKind::live, table, record_id, body_of(5, changed), tag));
}

TEST_CASE("every flipped bit of a body or tag is refused", "[crypto]") {
    const auto ring = counting_keyring();
    const RowAuthenticator rows(ring);
    auto body = body_of(5, columns);
    auto tag = rows.tag(RowKind::live, table, record_id, body);
    std::size_t accepted = 0;
    for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
        const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
        body[bit / 8] ^= mask;
        accepted += rows.check(RowKind::live, table, record_id, body, tag).has_value();
        body[bit / 8] ^= mask;
    }
    for (std::size_t bit = 0; bit < tag.size() * 8; ++bit) {
        const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
        tag[bit / 8] ^= mask;
        accepted += rows.check(RowKind::live, table, record_id, body, tag).has_value();
        tag[bit / 8] ^= mask;
    }
    CHECK(accepted == 0);
    CHECK(rows.check(RowKind::live, table, record_id, body, tag));
}

TEST_CASE("a table's name cannot run into the record's id", "[crypto]") {
    const auto ring = counting_keyring();
    const RowAuthenticator rows(ring);
    const auto body = body_of(1, {});
    CHECK(
        rows.tag(RowKind::live, "ab", record_id, body) !=
        rows.tag(RowKind::live, "abc", record_id, body)
    );
}

TEST_CASE(
    "a row of an older row key is checked under it; new rows take the active one", "[crypto]"
) {
    CountingRandom random(3);
    const auto before = counting_keyring();
    const auto body = body_of(5, columns);
    const auto tag = RowAuthenticator(before).tag(RowKind::live, table, record_id, body);
    const auto added = before.with_new_key(Purpose::row, random, epoch_2026);
    const auto after = added->with_active(Purpose::row, 2, epoch_2026);
    REQUIRE(after);
    const RowAuthenticator rows(*after);
    CHECK(rows.active_key_version() == 2);
    CHECK(rows.check(RowKind::live, table, record_id, body, tag));
    CHECK_FALSE(rows.check(RowKind::live, table, record_id, body_of(5, columns, 2), tag));
    CHECK_THROWS_AS(rows.tag(RowKind::live, table, record_id, body), std::logic_error);
    const auto newer = body_of(5, columns, 2);
    const auto newer_tag = rows.tag(RowKind::live, table, record_id, newer);
    CHECK(newer_tag != tag);
    CHECK(rows.check(RowKind::live, table, record_id, newer, newer_tag));
    // A keyring that does not know the version.
    CHECK_FALSE(RowAuthenticator(before).check(RowKind::live, table, record_id, newer, newer_tag));
}

TEST_CASE("a body too short to name a key is refused, not read", "[crypto]") {
    const auto ring = counting_keyring();
    const RowAuthenticator rows(ring);
    const Digest tag{};
    for (std::size_t size = 0; size < 8; ++size) {
        CHECK_FALSE(rows.check(RowKind::live, table, record_id, Bytes(size), tag));
        CHECK_THROWS_AS(rows.tag(RowKind::live, table, record_id, Bytes(size)), std::logic_error);
    }
}

TEST_CASE("a summand depends on each of its parts", "[crypto]") {
    const auto ring = counting_keyring();
    const RowAuthenticator rows(ring);
    const Bytes total(32 + 9);
    const auto base = rows.digest_summand(7, record_id, 5, total);
    CHECK(base != rows.digest_summand(8, record_id, 5, total));
    CHECK(base != rows.digest_summand(7, other_record, 5, total));
    CHECK(base != rows.digest_summand(7, record_id, 6, total));
    for (std::size_t i = 0; i < total.size(); ++i) {
        auto other = total;
        other[i] = 1;
        if (rows.digest_summand(7, record_id, 5, other) == base) FAIL("byte " << i);
    }
    CHECK(base != rows.digest_summand(7, record_id, 5, ByteView{total}.first(40)));
    const auto other_ring = counting_keyring(other_vault);
    CHECK(base != RowAuthenticator(other_ring).digest_summand(7, record_id, 5, total));
    CHECK(base != rows.digest_summand_format_1(7, record_id, 5, {}));
}

TEST_CASE("an outbox entry's summand keeps its key and its value apart", "[crypto]") {
    const auto ring = counting_keyring();
    const RowAuthenticator rows(ring);
    const auto base = rows.outbox_summand("key", "value");
    CHECK(base == rows.outbox_summand("key", "value"));
    CHECK(base != rows.outbox_summand("keyv", "alue"));
    CHECK(base != rows.outbox_summand("kex", "value"));
    CHECK(base != rows.outbox_summand("key", "valuf"));
    const auto other_ring = counting_keyring(other_vault);
    CHECK(base != RowAuthenticator(other_ring).outbox_summand("key", "value"));
}

TEST_CASE("a state row's mask is another for every digest and every row", "[crypto]") {
    const auto ring = counting_keyring();
    const RowAuthenticator rows(ring);
    const auto clear = span_of(0, 94);
    const auto base = rows.state_mask(1, clear);
    CHECK(base != rows.state_mask(2, clear));
    for (std::size_t i = 0; i < clear.size(); ++i) {
        auto other = clear;
        other[i] ^= 1;
        if (rows.state_mask(1, other) == base) FAIL("byte " << i);
    }
    const auto other_ring = counting_keyring(other_vault);
    CHECK(base != RowAuthenticator(other_ring).state_mask(1, clear));
}

TEST_CASE(
    "a state row is checked under the active row key, and under another only when that is said",
    "[crypto]"
) {
    CountingRandom random(3);
    const auto before = counting_keyring();
    const auto body = body_of(5, {});
    const auto tag = RowAuthenticator(before).tag(RowKind::live, table, Uuid{}, body);
    const auto accepts = [&](const Keyring& ring, bool under_predecessor) {
        return RowAuthenticator(ring).check_state(table, body, tag, under_predecessor).has_value();
    };
    CHECK(accepts(before, false));
    CHECK(accepts(before, true));
    const auto added = before.with_new_key(Purpose::row, random, epoch_2026);
    CHECK(accepts(*added, false));

    const auto after = added->with_active(Purpose::row, 2, epoch_2026);
    CHECK_FALSE(accepts(*after, false));
    CHECK(accepts(*after, true));
    const auto lost = added->with_active(Purpose::row, 2, epoch_2026, KeyState::compromised);
    CHECK_FALSE(accepts(*lost, false));
    CHECK_FALSE(accepts(*lost, true));
    // Of a row it is still good enough.
    CHECK(RowAuthenticator(*lost).check(RowKind::live, table, Uuid{}, body, tag));
    const auto pending = after->with_state(Purpose::row, 1, KeyState::destroy_pending, epoch_2026);
    CHECK_FALSE(accepts(*pending, true));
    CHECK_FALSE(RowAuthenticator(*pending).check(RowKind::live, table, Uuid{}, body, tag));
}

TEST_CASE("a state row whose bytes, tag or table differ is refused", "[crypto]") {
    const auto ring = counting_keyring();
    const RowAuthenticator rows(ring);
    const auto body = body_of(5, {});
    const auto tag = rows.tag(RowKind::live, table, Uuid{}, body);
    REQUIRE(rows.check_state(table, body, tag, false));
    CHECK_FALSE(rows.check_state("twitter_app", body, tag, false));
    CHECK_FALSE(rows.check_state(table, body_of(6, {}), tag, false));
    CHECK_FALSE(rows.check_state(table, body, ByteView{tag}.first(31), false));
    CHECK_FALSE(rows.check_state(table, {}, tag, true));
    const auto refused = rows.check_state(table, body, Digest{}, true);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::integrity);
}

}  // namespace row_authenticator_test
