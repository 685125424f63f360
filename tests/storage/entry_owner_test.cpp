#include "storage/entry_owner.hpp"

#include "storage/index_key.hpp"
#include "storage/sample_row.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace entry_owner_test {

using namespace rookery;
using namespace rookery::storage;
using namespace rookery::storage::test;

TEST_CASE("names and modifiedon say whose row they lead to, and no other entry does", "[storage]") {
    const auto row = sample_row();
    const RowRef owner{schema::table("systemuser")->id, sample_user};
    std::size_t with_owner = 0;
    for (const auto& entry : index_entries(row)) {
        const auto value = entry_value(row, entry);
        CHECK(value.empty() == !holds_owner(entry));
        if (value.empty()) continue;
        ++with_owner;
        CHECK(parse_owner(value) == owner);
    }
    CHECK(with_owner == 2);
}

TEST_CASE("the owner's own entry gives the value of the others", "[storage]") {
    const auto row = sample_row();
    const auto entries = index_entries(row);
    const auto own =
        std::ranges::count_if(entries, [](const auto& e) { return !owner_in(e).empty(); });
    CHECK(own == 1);
    for (const auto& entry : entries) {
        if (const auto value = owner_in(entry); !value.empty()) {
            CHECK(value == entry_value(row, index_entries(row).back()));  // that of the name
        }
    }
}

TEST_CASE("facts of access have no owners in their entries", "[storage]") {
    for (const auto* table : schema::tables()) {
        if (name_column(*table) != nullptr || table->column("modifiedon") == nullptr) continue;
        CHECK_FALSE(holds_owner(by_modified(*table).lower + std::string(24, 'x')));
    }
}

TEST_CASE("what is no entry, and what is no owner, is taken for neither", "[storage]") {
    for (const std::string& bytes :
         {std::string{}, std::string(1, '\0'), std::string(4, '\1'), std::string(40, '\xff')}) {
        CHECK_FALSE(holds_owner(bytes));
        CHECK(owner_in(bytes).empty());
    }
    CHECK_FALSE(parse_owner(""));
    CHECK_FALSE(parse_owner(std::string(17, 'x')));
    CHECK_FALSE(parse_owner(std::string(19, 'x')));
}

}  // namespace entry_owner_test
