// The example of docs/formats/schema.md; its bytes were computed by tests/vectors/pages_test.py.
#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "storage/sample_row.hpp"

#include <catch2/catch.hpp>

namespace schema_example_test {

using namespace rookery;
using namespace rookery::storage;
using namespace rookery::storage::test;

namespace {

const auto pair = *Uuid::parse("c0af8846-0e8c-8f3f-b7b0-4f15d0585e8f");

Row membership() {
    Row row;
    row.table = &schema::known::teammembership;
    row.id = pair;
    row.row_version = 1;
    row.versionnumber = 9;
    const auto id = [](std::uint8_t first) {
        return Uuid::from_bytes(crypto::test::span_of(first, 16));
    };
    row.set("teamid", RowRef{schema::known::team.id, id(0x20)});
    row.set("systemuserid", RowRef{schema::known::systemuser.id, id(0x30)});
    return row;
}

std::string hex_of(std::string_view bytes) { return to_hex(bytes_of(bytes)); }

}  // namespace

TEST_CASE("the membership of docs/formats/schema.md has the page's bytes", "[storage]") {
    const Keys keys;
    const auto row = membership();
    const auto encoded = encode(row, keys.authenticator);
    CHECK(hex_of(row_key(row.ref())) == "000cc0af88460e8c8f3fb7b04f15d0585e8f");
    CHECK(
        hex_of(encoded.value) ==
        "0100000000000000010002"
        "0002000000120005202122232425262728292a2b2c2d2e2f"
        "0003000000120004303132333435363738393a3b3c3d3e3f"
        "00000001"
        "c8f1d8e20fdc96b3e8546cf1705071e5382a8ad8baff767afcf8eecf65ca123c"
        "000000000000000900"
    );
    const auto summand = digest_summand(row.ref(), encoded.value, keys.authenticator);
    REQUIRE(summand);
    CHECK(to_hex(*summand) == "abf7c21e7cb7ef4214d9afe1282502f94f2bb7ba37718c017382d44e67f6b073");
    CHECK(decode(*row.table, row.id, encoded.value, keys.authenticator));
    // The tag is the logical name's: no other table takes the row.
    CHECK_FALSE(decode(schema::known::teamroles, row.id, encoded.value, keys.authenticator));
}

TEST_CASE(
    "the membership of docs/formats/schema.md has the page's two index entries", "[storage]"
) {
    const auto entries = index_entries(membership());
    REQUIRE(entries.size() == 2);
    CHECK(
        hex_of(entries[0]) ==
        "000c0100020005202122232425262728292a2b2c2d2e2fc0af88460e8c8f3fb7b04f15d0585e8f"
    );
    CHECK(
        hex_of(entries[1]) ==
        "000c0100030004303132333435363738393a3b3c3d3e3fc0af88460e8c8f3fb7b04f15d0585e8f"
    );
}

}  // namespace schema_example_test
