#include "storage/index_key.hpp"

#include "storage/entry_owner.hpp"
#include "storage/sample_row.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace index_key_test {

using namespace rookery;
using namespace rookery::storage;
using namespace rookery::storage::test;

namespace {

bool holds(const KeyRange& range, std::string_view key) {
    return range.lower <= key && (range.upper.empty() || key < range.upper);
}

/// How many of the row's entries lie in the range.
std::ptrdiff_t entries_in(const KeyRange& range, const Row& row) {
    return std::ranges::count_if(index_entries(row), [&](const std::string& entry) {
        return holds(range, entry);
    });
}

const schema::AlternateKey& handle_key() { return sample_table().keys.front(); }

std::vector<Value> handle(std::string_view text) { return {Value{std::string(text)}}; }

RowRef user(const Uuid& id) { return {schema::table("systemuser")->id, id}; }

}  // namespace

TEST_CASE("an entry's bytes are those of docs/formats/index.md", "[storage]") {
    const auto range = by_owner(sample_table(), user(sample_user));
    CHECK(to_hex(bytes_of(range.lower)) == "000101006a0004" + to_hex(sample_user.view()));
    const auto key = by_key(sample_table(), handle_key(), handle("Ab"));
    CHECK(to_hex(bytes_of(key.lower)) == "00010301000361620000");
    const auto state = by_state(sample_table(), 1);
    CHECK(to_hex(bytes_of(state.lower)) == "00010200718000000000000001");
    const auto name = name_bytes(&handle("Ab").front());
    CHECK(to_hex(bytes_of(by_name(sample_table()).lower + name)) == "00010400020161620000");
}

TEST_CASE(
    "a row has one entry per lookup, state, modifiedon, alternate key and its name", "[storage]"
) {
    const auto row = sample_row();
    const auto entries = index_entries(row);
    CHECK(entries.size() == 6);  // ownerid, owninguser, statecode, modifiedon, handle, name
    CHECK(std::ranges::is_sorted(entries));
    CHECK(std::ranges::all_of(entries, [&](const std::string& entry) {
        return id_of(entry) == row.id && carries(row, entry);
    }));
    CHECK(entries_in(by_owner(*row.table, user(sample_user)), row) == 1);
    CHECK(
        entries_in(
            by_lookup(*row.table, *row.table->column("owninguser"), user(sample_user)), row
        ) == 1
    );
    CHECK(entries_in(by_state(*row.table, 0), row) == 1);
    CHECK(entries_in(by_modified(*row.table), row) == 1);
    CHECK(entries_in(by_name(*row.table), row) == 1);
    CHECK(entries_in(by_key(*row.table, handle_key(), handle("12345")), row) == 1);
}

TEST_CASE("a sealed column has no entry", "[storage]") {
    for (const auto* table : schema::tables()) {
        for (const auto& column : table->columns) {
            if (column.type == schema::Type::sealed || column.type == schema::Type::digest) {
                CHECK_FALSE(is_indexed(column));
            }
        }
    }
    auto row = sample_row();
    const auto entries = index_entries(row);
    row.set("msdyn_useraccesstoken", SealedValue{8, Bytes(728, 3)});
    CHECK(index_entries(row) == entries);
}

TEST_CASE("a range misses another value, target table and table", "[storage]") {
    const auto row = sample_row();
    const auto& table = *row.table;
    CHECK(entries_in(by_owner(table, user(other_id)), row) == 0);
    CHECK(entries_in(by_owner(table, {schema::table("team")->id, sample_user}), row) == 0);
    CHECK(entries_in(by_lookup(table, *table.column("createdby"), user(sample_user)), row) == 0);
    CHECK(entries_in(by_state(table, 1), row) == 0);
    CHECK(entries_in(by_key(table, handle_key(), handle("1234")), row) == 0);
    CHECK(entries_in(by_key(table, handle_key(), handle("123456")), row) == 0);
    CHECK(
        entries_in(by_owner(*schema::table("msdyn_octwitterhandle"), user(sample_user)), row) == 0
    );
}

TEST_CASE("an alternate key is found in any case and with trailing blanks", "[storage]") {
    auto row = sample_row();
    row.set("msdyn_octwitteruniquehandleid", std::string("Straße  "));
    CHECK(entries_in(by_key(*row.table, handle_key(), handle("STRASSE")), row) == 1);
    CHECK(carries(row, handle_key(), handle("strasse ")));
    CHECK_FALSE(carries(row, handle_key(), handle("strase")));
}

TEST_CASE("a key that another one begins with is another key", "[storage]") {
    using namespace std::string_literals;
    auto row = sample_row();
    row.set("msdyn_octwitteruniquehandleid", "a\0b"s);
    CHECK(entries_in(by_key(*row.table, handle_key(), {{"a\0b"s}}), row) == 1);
    CHECK(entries_in(by_key(*row.table, handle_key(), handle("a")), row) == 0);
    CHECK(entries_in(by_key(*row.table, handle_key(), {{"a\0"s}}), row) == 0);
}

TEST_CASE("null in an alternate key is no entry and no match", "[storage]") {
    auto row = sample_row();
    for (const auto& null : {Value{}, Value{std::string()}, Value{std::string("   ")}}) {
        row.set("msdyn_octwitteruniquehandleid", null);
        CHECK(index_entries(row).size() == 5);
        const std::vector<Value> values{null};
        const auto range = by_key(*row.table, handle_key(), values);
        CHECK(range.lower == range.upper);
        CHECK_FALSE(carries(row, handle_key(), values));
    }
}

TEST_CASE("modifiedon sorts by time, before 1970 as well", "[storage]") {
    const auto& table = sample_table();
    const auto at = [](std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; };
    auto row = sample_row();
    const auto entry = [&](std::int64_t ms) {
        row.set("modifiedon", at(ms));
        const auto entries = index_entries(row);
        const auto range = by_modified(table);
        const auto found = std::ranges::find_if(entries, [&](const std::string& one) {
            return holds(range, one);
        });
        REQUIRE(found != entries.end());
        return *found;
    };
    CHECK(entry(-2) < entry(-1));
    CHECK(entry(-1) < entry(0));
    CHECK(entry(0) < entry(1));
    CHECK(value_in(entry(1)).size() == 8);
}

TEST_CASE("a row carries no entry of another row, table, value or form", "[storage]") {
    const auto row = sample_row();
    const auto entries = index_entries(row);
    auto moved = row;
    moved.set("ownerid", user(other_id));
    moved.set("msdyn_octwitteruniquehandleid", std::string("other"));
    moved.set("statecode", std::int64_t{1});
    moved.set("modifiedon", from_ms(5));
    moved.set("owninguser", {});
    moved.set("msdyn_name", std::string("another"));
    for (const auto& entry : entries) {
        CHECK_FALSE(carries(sample_row(other_id), entry));
        CHECK_FALSE(carries(moved, entry));
        CHECK_FALSE(carries(row, entry + 'x'));
        CHECK_FALSE(carries(row, std::string_view(entry).substr(1)));
        for (std::size_t at = 0; at < entry.size(); ++at) {
            auto changed = entry;
            changed[at] = static_cast<char>(changed[at] ^ 1);
            CHECK_FALSE(carries(row, changed));
        }
        for (std::size_t size = 0; size < entry.size(); ++size) {
            CHECK_FALSE(carries(row, std::string_view(entry).substr(0, size)));
        }
    }
}

TEST_CASE("the index of names has every row, those without one first", "[storage]") {
    auto row = sample_row();
    const auto of = [&](Value name) {
        row.set("msdyn_name", std::move(name));
        const auto range = by_name(*row.table);
        const auto entries = index_entries(row);
        CHECK(entries_in(range, row) == 1);
        const auto found =
            std::ranges::find_if(entries, [&](const auto& e) { return holds(range, e); });
        REQUIRE(carries(row, *found));
        return *found;
    };
    const auto none = of({});
    CHECK(value_in(none) == std::string(1, '\0'));
    const auto a = of(std::string("a"));
    CHECK(of(std::string("A  ")) == a);
    const auto ab = of(std::string("ab"));
    const auto b = of(std::string("B"));
    CHECK(none < a);
    CHECK(a < ab);
    CHECK(ab < b);
    CHECK(value_in(a) == name_bytes(&handle("a").front()));
}

TEST_CASE("only tables whose rows have owners and names have an index of names", "[storage]") {
    for (const auto* table : schema::tables()) {
        const bool owned = table->ownership == schema::Ownership::user && !table->access_fact;
        CHECK((name_column(*table) != nullptr) == (owned && !table->primary_name.empty()));
    }
    CHECK_THROWS_AS(by_name(*schema::table("team")), std::logic_error);
}

TEST_CASE("a change puts and removes exactly the entries that differ", "[storage]") {
    const auto before = sample_row();
    auto after = before;
    after.set("ownerid", user(other_id));
    after.set("msdyn_octwitteruniquehandleid", {});
    after.set(
        "msdyn_octwitterhandleid", RowRef{schema::table("msdyn_octwitterhandle")->id, other_id}
    );
    const auto change = diff(&before, &after);
    CHECK(change.puts.size() == 4);  // the handle, the owner, and the two whose values name him
    CHECK(change.removals.size() == 2);
    CHECK(std::ranges::is_sorted(change.puts));
    CHECK(std::ranges::all_of(change.puts, [&](const auto& entry) { return carries(after, entry); })
    );
    CHECK(std::ranges::all_of(change.removals, [&](const auto& entry) {
        return carries(before, entry) && !carries(after, entry);
    }));
}

TEST_CASE("beside an entry that holds the owner stands the owner's own", "[storage]") {
    const auto before = sample_row();
    auto after = before;
    after.set("msdyn_name", std::string("another"));
    const auto change = diff(&before, &after);
    CHECK(change.removals.size() == 1);
    REQUIRE(change.puts.size() == 2);
    CHECK_FALSE(owner_in(change.puts[0]).empty());
    CHECK(holds_owner(change.puts[1]));
    after = before;
    after.set("statecode", std::int64_t{1});
    CHECK(diff(&before, &after).puts.size() == 1);
}

TEST_CASE("a row that comes puts all its entries, one that goes removes them", "[storage]") {
    const auto row = sample_row();
    CHECK(diff(nullptr, &row).puts == index_entries(row));
    CHECK(diff(nullptr, &row).removals.empty());
    CHECK(diff(&row, nullptr).removals == index_entries(row));
    CHECK(diff(&row, nullptr).puts.empty());
    CHECK(diff(&row, &row).puts.empty());
    CHECK(diff(&row, &row).removals.empty());
}

TEST_CASE("spelling a key in another case changes no entry", "[storage]") {
    auto before = sample_row();
    before.set("msdyn_octwitteruniquehandleid", std::string("Abc"));
    auto after = before;
    after.set("msdyn_octwitteruniquehandleid", std::string("ABC"));
    CHECK(diff(&before, &after).puts.empty());
    CHECK(diff(&before, &after).removals.empty());
}

TEST_CASE("a page goes on beyond the last key, in both directions", "[storage]") {
    const KeyRange range{Family::rowidx, "b", "d"};
    const auto up = beyond(range, "bb", Order::ascending);
    CHECK_FALSE(holds(up, "bb"));
    CHECK(holds(up, std::string("bb\0", 3)));
    CHECK(up.upper == "d");
    const auto down = beyond(range, "bb", Order::descending);
    CHECK_FALSE(holds(down, "bb"));
    CHECK(holds(down, "ba"));
    CHECK(beyond(range, "a", Order::ascending).lower == "b");
    CHECK(beyond(range, "x", Order::descending).upper == "d");
}

TEST_CASE("asking for an index that is not there is a bug", "[storage]") {
    const auto& table = sample_table();
    CHECK_THROWS_AS(
        by_lookup(table, *table.column("msdyn_name"), user(sample_user)), std::logic_error
    );
    CHECK_THROWS_AS(by_state(*schema::table("organization"), 0), std::logic_error);
    CHECK_THROWS_AS(by_modified(*schema::table("organization")), std::logic_error);
    CHECK_THROWS_AS(by_value(table, *table.column("ownerid")), std::logic_error);
    CHECK_THROWS_AS(by_value(table, *table.column("createdon")), std::logic_error);
    const std::vector<Value> wrong_type{Value{std::int64_t{1}}};
    CHECK_THROWS_AS(by_key(table, handle_key(), wrong_type), std::logic_error);
    CHECK_THROWS_AS(by_key(table, handle_key(), {}), std::logic_error);
}

TEST_CASE("every alternate key of the schema can be built", "[storage]") {
    for (const auto* table : schema::tables()) {
        for (const auto& key : table->keys) {
            const std::vector<Value> nulls(key.columns.size());
            const auto range = by_key(*table, key, nulls);
            CHECK(range.lower == range.upper);
        }
    }
}

}  // namespace index_key_test
