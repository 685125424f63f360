// What the schema permits fits what every engine takes.
#include "schema/schema.hpp"
#include "storage/store.hpp"

#include <catch2/catch.hpp>

namespace store_bounds_test {

using namespace rookery;
using namespace rookery::storage;

namespace {

constexpr std::size_t overhead_bytes = 256;  // of a value's own bytes, and of a row's head and tag
constexpr std::size_t text_bytes = 4;        // a code point in UTF-8
/// A code point in a collation key: three at most, of four bytes.
constexpr std::size_t key_bytes = 12;

}  // namespace

TEST_CASE("the longest row of every table is a value that every engine takes", "[storage]") {
    for (const auto* table : schema::tables()) {
        std::size_t bytes = overhead_bytes;
        for (const auto& column : table->columns) {
            bytes += overhead_bytes + column.length_max * text_bytes;
        }
        INFO(table->name);
        CHECK(bytes <= value_bytes_max);
    }
}

TEST_CASE("the longest index entry of every table is a key that every engine takes", "[storage]") {
    for (const auto* table : schema::tables()) {
        for (const auto& key : table->keys) {
            std::size_t bytes = overhead_bytes;
            for (const auto id : key.columns) {
                const auto* column = table->column(id);
                bytes += overhead_bytes + column->length_max * key_bytes;
            }
            INFO(table->name << " " << key.name);
            CHECK(bytes <= key_bytes_max);
        }
    }
}

}  // namespace store_bounds_test
