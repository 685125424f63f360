#include "storage/row_key.hpp"

#include "storage/sample_row.hpp"

#include <catch2/catch.hpp>

namespace row_key_test {

using namespace rookery;
using namespace rookery::storage;
using namespace rookery::storage::test;

TEST_CASE("a row key is the table and the id, big-endian", "[storage]") {
    const auto key = row_key({0x0102, sample_id});
    CHECK(to_hex(bytes_of(key)) == "010200112233445546778899aabbccddeeff");
    CHECK(key.size() == row_key_bytes);
    CHECK(*parse_row_key(key) == RowRef{0x0102, sample_id});
    CHECK(id_of(key) == sample_id);
}

TEST_CASE("a row key of another length is refused", "[storage]") {
    const auto key = row_key({1, sample_id});
    for (const auto& wrong : {std::string{}, key.substr(1), key + "x"}) {
        const auto parsed = parse_row_key(wrong);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == Errc::integrity);
    }
}

TEST_CASE("the range of a table holds its keys and no other table's", "[storage]") {
    const auto& table = sample_table();
    const auto range = all_rows(table);
    const auto holds = [&](const RowRef& ref) {
        const auto key = row_key(ref);
        return range.lower <= key && key < range.upper;
    };
    Uuid last;
    last.bytes.fill(0xFF);
    CHECK(range.family == Family::rows);
    CHECK(holds({table.id, Uuid{}}));
    CHECK(holds({table.id, last}));
    CHECK_FALSE(holds({static_cast<schema::TableId>(table.id + 1), Uuid{}}));
    CHECK_FALSE(holds({static_cast<schema::TableId>(table.id - 1), last}));
}

TEST_CASE("the end of a prefix is above all that begins with it and below all else", "[storage]") {
    CHECK(prefix_end("ab") == "ac");
    CHECK(prefix_end("a\xFF\xFF") == "b");
    CHECK(prefix_end("\xFF") == "");
    CHECK(prefix_end("") == "");
}

}  // namespace row_key_test
