#include "storage/row_codec.hpp"

#include "storage/sample_row.hpp"
#include "storage/value_examples.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <limits>

namespace row_codec_test {

using namespace rookery;
using namespace rookery::storage;
using namespace rookery::storage::test;

namespace {

using crypto::RowKind;

template <class T>
void check_integrity(const Result<T>& result) {
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::integrity);
    CHECK(result.error().message == "integrity check failed");
}

Row decoded_row(const Keys& keys, std::string_view value, const Uuid& id = sample_id) {
    auto stored = decode(sample_table(), id, value, keys.authenticator);
    REQUIRE(stored);
    auto* row = std::get_if<Row>(&*stored);
    REQUIRE(row != nullptr);
    return std::move(*row);
}

void check_same_cells(const Row& a, const Row& b) {
    REQUIRE(a.cells.size() == b.cells.size());
    for (std::size_t i = 0; i < a.cells.size(); ++i) {
        CHECK(a.cells[i].column == b.cells[i].column);
        CHECK(a.cells[i].value == b.cells[i].value);
    }
}

/// A value with a right tag over whatever body the test wants: what someone with the row key could
/// write, and what a bug could.
std::string with_right_tag(
    const Keys& keys, const schema::Table& table, StringWriter body, std::uint8_t kind = 1,
    std::string_view trailer = std::string_view("\0\0\0\0\0\0\0\0\0", 9)
) {
    body.u32(keys.authenticator.active_key_version());
    const auto tag =
        keys.authenticator.tag(static_cast<RowKind>(kind), table.name, sample_id, body.view());
    StringWriter out;
    out.u8(kind).bytes(body.view()).bytes(tag).text(trailer);
    return std::move(out).take();
}

StringWriter body(std::uint16_t cells) {
    StringWriter out;
    out.u64(1).u16(cells);
    return out;
}

StringWriter& cell(StringWriter& out, schema::ColumnId column, ByteView bytes) {
    return out.u16(column).u32(static_cast<std::uint32_t>(bytes.size())).bytes(bytes);
}

Result<StoredRow> decode_one_cell(
    const Keys& keys, const schema::Table& table, std::string_view column, ByteView bytes
) {
    auto out = body(1);
    cell(out, table.column(column)->id, bytes);
    return decode(
        table, sample_id, with_right_tag(keys, table, std::move(out)), keys.authenticator
    );
}

const schema::Column* first_column(schema::Type type, const schema::Table** table) {
    for (const auto* candidate : schema::tables()) {
        for (const auto& column : candidate->columns) {
            if (column.type == type && !column.may(schema::can::row_id | schema::can::redirected)) {
                *table = candidate;
                return &column;
            }
        }
    }
    return nullptr;
}

Value value_for(schema::Type type) { return value_of(schema::row_of(type).shape); }

/// As the row is after its deletion.
KeptRow sample_kept() {
    KeptRow out{sample_row(), {}};
    out.deletion.id = other_id;
    out.deletion.at = from_ms(1'700'000'000'123);
    out.deletion.until = from_ms(1'702'592'000'123);
    out.deletion.with = {
        {schema::table("rky_tokenversion")->id, other_id}, {sample_table().id, other_id}};
    return out;
}

KeptRow sample_retained() {
    auto out = sample_kept();
    out.deletion.as = KeptAs::retained;
    out.deletion.until = {};
    return out;
}

template <class T>
T value_of(const Result<T>& result) {
    REQUIRE(result);
    return *result;
}

}  // namespace

TEST_CASE("a row comes back as it was stored", "[storage]") {
    const Keys keys;
    const auto row = sample_row();
    const auto encoded = encode(row, keys.authenticator);
    const auto back = decoded_row(keys, encoded.value);
    CHECK(back.table == row.table);
    CHECK(back.id == row.id);
    CHECK(back.row_version == 7);
    CHECK(back.dek_version == 3);
    CHECK(back.versionnumber == 4711);
    CHECK(back.wrapped_dek == row.wrapped_dek);
    CHECK(back.wrap_generation == 2);
    CHECK(back.tag == encoded.tag);
    check_same_cells(back, row);
    CHECK(encode(back, keys.authenticator).value == encoded.value);
    CHECK(*stored_kind(encoded.value) == RowKind::live);
}

TEST_CASE("every type comes back as it was stored", "[storage]") {
    const Keys keys;
    for (const auto& known : schema::type_rows) {
        const auto type = known.type;
        const schema::Table* table = nullptr;
        const auto* column = first_column(type, &table);
        if (column == nullptr || !has_cells(*column)) continue;  // no row keeps it
        CAPTURE(table->name, column->name);
        Row row;
        row.table = table;
        row.id = sample_id;
        row.row_version = 1;
        row.set(column->id, value_for(type));
        if (type == schema::Type::sealed) {
            row.dek_version = 1;
            row.wrapped_dek = Bytes(crypto::wrapped_key_bytes, 1);
        }
        const auto stored =
            decode(*table, sample_id, encode(row, keys.authenticator).value, keys.authenticator);
        REQUIRE(stored);
        check_same_cells(std::get<Row>(*stored), row);
    }
}

TEST_CASE("a column has cells when rows keep its value, and only then", "[storage]") {
    const Keys keys;
    for (const auto* table : schema::tables()) {
        for (const auto& column : table->columns) {
            CAPTURE(table->name, column.name);
            Row row;
            row.table = table;
            row.id = sample_id;
            row.row_version = 1;
            row.set(column.id, value_for(column.type));
            if (column.type == schema::Type::sealed) {
                row.dek_version = 1;
                row.wrapped_dek = Bytes(crypto::wrapped_key_bytes, 1);
            }
            if (!has_cells(column) && !column.derived) {
                if (!row.cells.empty())
                    CHECK_THROWS_AS(encode(row, keys.authenticator), std::logic_error);
                continue;
            }
            const auto stored = decode(
                *table, sample_id, encode(row, keys.authenticator).value, keys.authenticator
            );
            REQUIRE(stored);
            CHECK((std::get<Row>(*stored).find(column.id) != nullptr) == has_cells(column));
        }
    }
}

TEST_CASE("the bytes of a row are those of docs/formats/row.md", "[storage]") {
    const Keys keys;
    Row row;
    row.table = &sample_table();
    row.id = sample_id;
    row.row_version = 1;
    row.versionnumber = 9;
    row.set("msdyn_name", std::string("hi"));
    row.set("statecode", std::int64_t{0});
    const auto encoded = encode(row, keys.authenticator);
    const std::string expected_head =
        "01"                            // live
        "0000000000000001"              // row version
        "0002"                          // two cells
        "0002000000026869"              // msdyn_name
        "0071000000080000000000000000"  // statecode
        "00000001";                     // row key version
    const std::string expected_tail = "000000000000000900";
    CHECK(to_hex(bytes_of(encoded.value)) == expected_head + to_hex(encoded.tag) + expected_tail);
    // Computed with another implementation of BLAKE2b.
    CHECK(
        to_hex(encoded.tag) == "6b1cad9d51f410ab671f3bf37c422dc16e6d81eaa9eb4f0e4b561f9956b2d137"
    );

    const auto gone = encode(Tombstone{2, {}, 9}, sample_table(), sample_id, keys.authenticator);
    CHECK(
        to_hex(bytes_of(gone.value)) ==
        "020000000000000002000000000001"
        "b8a2b2e504346ae46dfca7d23e261622e6ea754a7b28f5d5435071c97a1e6ca7"
        "000000000000000900"
    );
}

TEST_CASE("the ledger finds the versionnumber where the encoder says", "[storage]") {
    const Keys keys;
    auto encoded = encode(sample_row(), keys.authenticator);
    encoded.value.replace(encoded.versionnumber_offset, 8, std::string("\0\0\0\0\0\0\1\2", 8));
    CHECK(decoded_row(keys, encoded.value).versionnumber == 0x102);

    auto gone = encode(Tombstone{8, {}, 0}, sample_table(), sample_id, keys.authenticator);
    gone.value.replace(gone.versionnumber_offset, 8, std::string("\0\0\0\0\0\0\1\3", 8));
    const auto stored = decode(sample_table(), sample_id, gone.value, keys.authenticator);
    REQUIRE(stored);
    CHECK(std::get<Tombstone>(*stored).versionnumber == 0x103);
}

TEST_CASE("a tombstone keeps the version and nothing else", "[storage]") {
    const Keys keys;
    const auto encoded = encode(Tombstone{8, {}, 5}, sample_table(), sample_id, keys.authenticator);
    CHECK(*stored_kind(encoded.value) == RowKind::tombstone);
    const auto stored = decode(sample_table(), sample_id, encoded.value, keys.authenticator);
    REQUIRE(stored);
    const auto& tombstone = std::get<Tombstone>(*stored);
    CHECK(tombstone.row_version == 8);
    CHECK(tombstone.versionnumber == 5);
    CHECK(tombstone.tag == encoded.tag);
}

TEST_CASE("a change of any byte that the tag covers is refused", "[storage]") {
    const Keys keys;
    const auto encoded = encode(sample_row(), keys.authenticator);
    for (std::size_t at = 0; at < encoded.versionnumber_offset; ++at) {
        for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
            auto value = encoded.value;
            value[at] = static_cast<char>(static_cast<unsigned char>(value[at]) ^ flip);
            const auto stored = decode(sample_table(), sample_id, value, keys.authenticator);
            CAPTURE(at, flip);
            check_integrity(stored);
        }
    }
}

TEST_CASE("the trailer is not covered: each byte changes what it says and no more", "[storage]") {
    const Keys keys;
    const auto row = sample_row();
    const auto encoded = encode(row, keys.authenticator);
    const auto has_dek = encoded.versionnumber_offset + 8;
    for (auto at = encoded.versionnumber_offset; at < encoded.value.size(); ++at) {
        auto value = encoded.value;
        value[at] = static_cast<char>(value[at] ^ 1);
        CAPTURE(at);
        if (at == has_dek) {
            check_integrity(decode(sample_table(), sample_id, value, keys.authenticator));
            continue;
        }
        const auto back = decoded_row(keys, value);
        check_same_cells(back, row);
        const bool versionnumber = back.versionnumber != row.versionnumber;
        const bool wrapping =
            back.wrapped_dek != row.wrapped_dek || back.wrap_generation != row.wrap_generation;
        CHECK(versionnumber != wrapping);
    }
}

TEST_CASE("a value cut short or lengthened is refused", "[storage]") {
    const Keys keys;
    const auto value = encode(sample_row(), keys.authenticator).value;
    for (std::size_t size = 0; size < value.size(); ++size) {
        check_integrity(decode(sample_table(), sample_id, value.substr(0, size), keys.authenticator)
        );
    }
    check_integrity(decode(sample_table(), sample_id, value + '\0', keys.authenticator));
}

TEST_CASE("a row opens only as the table, id and vault it was written for", "[storage]") {
    const Keys keys;
    const auto value = encode(sample_row(), keys.authenticator).value;
    check_integrity(decode(sample_table(), other_id, value, keys.authenticator));
    check_integrity(
        decode(*schema::table("msdyn_octwitterhandle"), sample_id, value, keys.authenticator)
    );
    const auto other_vault = crypto::test::counting_keyring(crypto::test::other_vault);
    check_integrity(decode(sample_table(), sample_id, value, crypto::RowAuthenticator(other_vault))
    );
}

TEST_CASE("a live row does not pass for a tombstone, nor the other way round", "[storage]") {
    const Keys keys;
    auto live = encode(sample_row(), keys.authenticator).value;
    live[0] = 2;
    check_integrity(decode(sample_table(), sample_id, live, keys.authenticator));
    auto gone = encode(Tombstone{8, {}, 5}, sample_table(), sample_id, keys.authenticator).value;
    gone[0] = 1;
    check_integrity(decode(sample_table(), sample_id, gone, keys.authenticator));
}

TEST_CASE("a row that is kept keeps all that it was and its deletion", "[storage]") {
    const Keys keys;
    const bool retained = GENERATE(false, true);
    const auto kept = retained ? sample_retained() : sample_kept();
    const auto encoded = encode(kept, keys.authenticator);
    CHECK(*stored_kind(encoded.value) == (retained ? RowKind::retained : RowKind::kept));
    CHECK(value_of(versionnumber_of(encoded.value)) == kept.row.versionnumber);
    CHECK(row_version_of(encoded.value) == kept.row.row_version);
    const auto stored = decode(sample_table(), sample_id, encoded.value, keys.authenticator);
    REQUIRE(stored);
    const auto& gone = std::get<Tombstone>(*stored);
    CHECK(gone.row_version == kept.row.row_version);
    CHECK(gone.tag == encoded.tag);
    REQUIRE(gone.kept);
    check_same_cells(gone.kept->row, kept.row);
    CHECK(gone.kept->row.wrapped_dek == kept.row.wrapped_dek);
    CHECK(gone.kept->deletion == kept.deletion);
    CHECK(row_of(*stored) == &gone.kept->row);
    CHECK(encode(*gone.kept, keys.authenticator).value == encoded.value);
    CHECK(
        value_of(digest_summand({sample_table().id, sample_id}, encoded.value, keys.authenticator)
        ) == digest_summand(gone.kept->row, keys.authenticator)
    );
}

TEST_CASE("a row that is kept passes for no other, and no other for it", "[storage]") {
    const Keys keys;
    const bool retained = GENERATE(false, true);
    const auto bytes =
        encode(retained ? sample_retained() : sample_kept(), keys.authenticator).value;
    for (const char kind : {'\1', '\2', '\3', '\4'}) {
        auto value = bytes;
        if (value[0] == kind) continue;
        value[0] = kind;
        check_integrity(decode(sample_table(), sample_id, value, keys.authenticator));
    }
    auto live = encode(sample_row(), keys.authenticator).value;
    live[0] = bytes[0];
    check_integrity(decode(sample_table(), sample_id, live, keys.authenticator));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        check_integrity(decode(sample_table(), sample_id, bytes.substr(0, size), keys.authenticator)
        );
    }
}

TEST_CASE("a row of a table without a recycle bin is not kept", "[storage]") {
    const Keys keys;
    KeptRow kept;
    kept.row.table = schema::table("team");
    kept.row.id = sample_id;
    kept.row.row_version = 2;
    CHECK_THROWS_AS(encode(kept, keys.authenticator), std::logic_error);
}

TEST_CASE("a deletion that is cut or says too much is refused", "[storage]") {
    const Keys keys;
    const auto whole = encode(sample_kept(), keys.authenticator).value;
    REQUIRE(decode(sample_table(), sample_id, whole, keys.authenticator));
    // The cell is the last one of the body: u16 column, u32 size; then the row key's version.
    const std::size_t deletion = 16 + 8 + 8 + 2 + 2 * 18;
    const auto body_end = encode(sample_kept(), keys.authenticator).versionnumber_offset - 32;
    const auto cell = body_end - 4 - deletion - 6;
    const auto tagged = [&](std::string body) {
        const auto tag = keys.authenticator.tag(
            RowKind::kept,
            sample_table().name,
            sample_id,
            bytes_of(std::string_view(body).substr(1))
        );
        body.append(text_of(tag));
        return body + whole.substr(body_end + 32);
    };
    const auto body = whole.substr(0, body_end);
    CHECK(tagged(body) == whole);
    auto fewer = body;  // it says that three rows went with it
    fewer[cell + 6 + 33] = 3;
    check_integrity(decode(sample_table(), sample_id, tagged(fewer), keys.authenticator));
    auto unknown = body;  // of a table that is not there
    unknown[cell + 6 + 34] = '\x7f';
    check_integrity(decode(sample_table(), sample_id, tagged(unknown), keys.authenticator));
    auto other = body;  // a cell of another name
    other[cell + 1] = 2;
    check_integrity(decode(sample_table(), sample_id, tagged(other), keys.authenticator));
}

TEST_CASE("a kind that nobody writes is refused", "[storage]") {
    const Keys keys;
    auto value = encode(sample_row(), keys.authenticator).value;
    for (const char kind : {'\0', '\5', '\xFF'}) {
        value[0] = kind;
        check_integrity(stored_kind(value));
        check_integrity(decode(sample_table(), sample_id, value, keys.authenticator));
    }
    check_integrity(stored_kind(""));
}

TEST_CASE("a body with a right tag is still read strictly", "[storage]") {
    const Keys keys;
    const auto& table = sample_table();
    const auto& users = *schema::table("systemuser");
    const Bytes nothing;
    const Bytes eight(8, 0);
    ByteWriter to_user;
    to_user.u16(users.id).bytes(sample_user.view());
    const auto reference = std::move(to_user).take();

    SECTION("the helper's own bodies are accepted") {
        CHECK(decode_one_cell(keys, table, "statecode", eight));
        CHECK(decode_one_cell(keys, table, "msdyn_name", bytes_of("x")));
        CHECK(decode_one_cell(keys, table, "ownerid", reference));
        CHECK(decode_one_cell(keys, users, "isdisabled", Bytes{1}));
        CHECK(decode_one_cell(keys, users, "applicationid", Bytes(16, 1)));
    }
    SECTION("a number of another length") {
        check_integrity(decode_one_cell(keys, table, "statecode", nothing));
        check_integrity(decode_one_cell(keys, table, "statecode", Bytes(7, 0)));
        check_integrity(decode_one_cell(keys, table, "statecode", Bytes(9, 0)));
        check_integrity(decode_one_cell(keys, table, "createdon", Bytes(4, 0)));
    }
    SECTION("a boolean that is neither") {
        check_integrity(decode_one_cell(keys, users, "isdisabled", Bytes{2}));
        check_integrity(decode_one_cell(keys, users, "isdisabled", nothing));
        check_integrity(decode_one_cell(keys, users, "isdisabled", Bytes{0, 1}));
    }
    SECTION("an id of another length") {
        check_integrity(decode_one_cell(keys, users, "applicationid", Bytes(15, 1)));
        check_integrity(decode_one_cell(keys, users, "applicationid", Bytes(17, 1)));
    }
    SECTION("a text that is not UTF-8") {
        check_integrity(decode_one_cell(keys, table, "msdyn_name", bytes_of("\xC0\x80")));
    }
    SECTION("a lookup of another length or to no table") {
        check_integrity(decode_one_cell(keys, table, "ownerid", Bytes(17, 1)));
        auto unknown = reference;
        unknown[0] = 0xEE;
        check_integrity(decode_one_cell(keys, table, "ownerid", unknown));
    }
    SECTION("a sealed value without an object, or without a data key") {
        check_integrity(decode_one_cell(keys, table, "msdyn_useraccesstoken", eight));
        check_integrity(decode_one_cell(keys, table, "msdyn_useraccesstoken", Bytes(224, 1)));
    }
    SECTION("a column that has no cells") {
        check_integrity(decode_one_cell(keys, table, "owneridname", bytes_of("x")));
        check_integrity(
            decode_one_cell(keys, table, "msdyn_octwitterhandlesecretid", sample_id.view())
        );
        const auto& applications = *schema::table("msdyn_octwitterapplication");
        for (const auto& column : applications.columns) {
            if (!column.may(schema::can::redirected)) continue;
            check_integrity(decode_one_cell(keys, applications, column.name, bytes_of("clear")));
        }
    }
    SECTION("an unknown column") {
        auto out = body(1);
        cell(out, 9999, eight);
        check_integrity(decode(
            table, sample_id, with_right_tag(keys, table, std::move(out)), keys.authenticator
        ));
    }
    SECTION("columns out of order or twice") {
        for (const bool twice : {false, true}) {
            auto out = body(2);
            cell(out, table.column("statecode")->id, eight);
            cell(out, table.column(twice ? "statecode" : "createdon")->id, eight);
            check_integrity(decode(
                table, sample_id, with_right_tag(keys, table, std::move(out)), keys.authenticator
            ));
        }
    }
    SECTION("a data key version of zero, of another length, not last, or twice") {
        for (const auto& wrong : {Bytes(4, 0), Bytes(8, 1), Bytes{}}) {
            auto out = body(1);
            cell(out, dek_version_column, wrong);
            check_integrity(decode(
                table, sample_id, with_right_tag(keys, table, std::move(out)), keys.authenticator
            ));
        }
        auto twice = body(2);
        cell(twice, dek_version_column, Bytes(4, 1));
        cell(twice, dek_version_column, Bytes(4, 1));
        check_integrity(decode(
            table, sample_id, with_right_tag(keys, table, std::move(twice)), keys.authenticator
        ));
        auto first = body(2);
        cell(first, dek_version_column, Bytes(4, 1));
        cell(first, table.column("statecode")->id, eight);
        check_integrity(decode(
            table, sample_id, with_right_tag(keys, table, std::move(first)), keys.authenticator
        ));
    }
    SECTION("a data key in a table without sealed columns") {
        auto out = body(1);
        cell(out, dek_version_column, Bytes(4, 1));
        check_integrity(decode(
            users, sample_id, with_right_tag(keys, users, std::move(out)), keys.authenticator
        ));
    }
    SECTION("a wrapped data key that no version names") {
        std::string trailer(8, '\0');
        trailer += '\1' + std::string(124, 'w');
        check_integrity(decode(
            table, sample_id, with_right_tag(keys, table, body(0), 1, trailer), keys.authenticator
        ));
    }
    SECTION("a flag in the trailer that is neither") {
        std::string trailer(8, '\0');
        trailer += '\2';
        check_integrity(decode(
            table, sample_id, with_right_tag(keys, table, body(0), 1, trailer), keys.authenticator
        ));
    }
    SECTION("a tombstone with cells or a data key") {
        auto out = body(1);
        cell(out, table.column("statecode")->id, eight);
        check_integrity(decode(
            table, sample_id, with_right_tag(keys, table, std::move(out), 2), keys.authenticator
        ));
        std::string trailer(8, '\0');
        trailer += '\1' + std::string(124, 'w');
        check_integrity(decode(
            table, sample_id, with_right_tag(keys, table, body(0), 2, trailer), keys.authenticator
        ));
    }
}

TEST_CASE("sizes that lie are refused without reading past the end", "[storage]") {
    const Keys keys;
    StringWriter out;
    out.u8(1).u64(1).u16(0xFFFF).u16(2).u32(0xFFFFFFFF).bytes(Bytes(64, 0));
    check_integrity(decode(sample_table(), sample_id, std::move(out).take(), keys.authenticator));
}

TEST_CASE("a row that could not be read back is a bug to write", "[storage]") {
    const Keys keys;
    const auto change = GENERATE(values<std::function<void(Row&)>>({
        [](Row& row) { row.table = nullptr; },
        [](Row& row) {
            row.cells.push_back({2, std::string("again")});
        },
        [](Row& row) {
            row.cells.push_back({9999, std::string("unknown")});
        },
        [](Row& row) {
            row.cells.push_back({dek_version_column, std::int64_t{1}});
        },
        [](Row& row) { row.cells.front().value = Value{}; },
        [](Row& row) { row.set("msdyn_name", std::int64_t{1}); },
        [](Row& row) { row.set("statecode", std::string("0")); },
        [](Row& row) { row.set("msdyn_name", std::string("\xFF")); },
        [](Row& row) { row.set("owneridname", std::string("virtual")); },
        [](Row& row) { row.set("msdyn_octwitterhandlesecretid", sample_id); },
        [](Row& row) {
            row.set("ownerid", RowRef{0xEEEE, sample_user});
        },
        [](Row& row) { row.set("msdyn_useraccesstoken", std::string("clear text")); },
        [](Row& row) { row.set("msdyn_useraccesstoken", SealedValue{}); },
        [](Row& row) { row.wrapped_dek.pop_back(); },
        [](Row& row) { row.wrapped_dek.clear(); },
        [](Row& row) { row.dek_version = 0; },
    }));
    auto row = sample_row();
    change(row);
    CHECK_THROWS_AS(encode(row, keys.authenticator), std::logic_error);
}

TEST_CASE("a row whose tokens were cleared may drop its data key", "[storage]") {
    const Keys keys;
    auto row = sample_row();
    row.set("msdyn_useraccesstoken", {});
    row.wrapped_dek.clear();
    const auto back = decoded_row(keys, encode(row, keys.authenticator).value);
    CHECK(back.dek_version == 3);
    CHECK(back.wrapped_dek.empty());
}

TEST_CASE(
    "a row written under the last row key still opens, and is rewritten under the new", "[storage]"
) {
    const auto keyring = crypto::test::counting_keyring();
    const auto old_value = encode(sample_row(), crypto::RowAuthenticator(keyring)).value;
    crypto::test::CountingRandom random(7);
    const auto with_new =
        keyring.with_new_key(crypto::Purpose::row, random, crypto::test::epoch_2026);
    REQUIRE(with_new);
    const auto rotated = with_new->with_active(crypto::Purpose::row, 2, crypto::test::epoch_2026);
    REQUIRE(rotated);
    const crypto::RowAuthenticator authenticator(*rotated);
    const auto stored = decode(sample_table(), sample_id, old_value, authenticator);
    REQUIRE(stored);
    const auto rewritten = encode(std::get<Row>(*stored), authenticator).value;
    CHECK(decode(sample_table(), sample_id, rewritten, authenticator));
    CHECK_FALSE(decode(sample_table(), sample_id, rewritten, crypto::RowAuthenticator(keyring)));
}

}  // namespace row_codec_test
