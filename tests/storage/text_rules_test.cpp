#include "storage/text_rules.hpp"

#include "storage/store_use.hpp"
#include "storage/temporary_folder.hpp"
#include "storage/text_key.hpp"
#include "support/memory_store.hpp"

#include <catch2/catch.hpp>

namespace text_rules_test {

using namespace rookery;
using namespace rookery::storage;
using storage::test::put;
using storage::test::TemporaryFolder;
using storage::test::value_of;

namespace {

struct Example {
    TemporaryFolder folder;
    std::unique_ptr<Store> store =
        rookery::test::MemoryEngine()(folder.path() / "db", OpenMode::create_if_missing).value();

    [[nodiscard]] Errc error() const {
        const auto checked = check_text_rules(*store->view());
        REQUIRE_FALSE(checked);
        CHECK_FALSE(checked.error().hint.empty());
        return checked.error().code;
    }
};

}  // namespace

TEST_CASE("a store says under which rules its text keys are made", "[storage]") {
    const Example example;
    REQUIRE(write_text_rules(*example.store));
    CHECK(value_of(*example.store->view(), "text-key-rules", Family::meta) == index_rules());
    CHECK(check_text_rules(*example.store->view()));
    CHECK_FALSE(has_older_index(*example.store->view()).value());
}

TEST_CASE("a store with an older set of indexes is taken, and known as one", "[storage]") {
    const Example example;
    REQUIRE(older_index_rules().size() == 2);
    for (const auto& rules : older_index_rules()) {
        put(*example.store, text_rules_key, rules, Family::meta);
        CHECK(check_text_rules(*example.store->view()));
        CHECK(has_older_index(*example.store->view()).value());
    }
}

TEST_CASE("a store that may hold kept rows says so once, and is no older one", "[storage]") {
    const Example example;
    REQUIRE(write_text_rules(*example.store));
    CHECK_FALSE(has_bin(*example.store->view()).value());
    CHECK(begin_bin(*example.store).value());
    CHECK_FALSE(begin_bin(*example.store).value());
    CHECK(has_bin(*example.store->view()).value());
    CHECK(check_text_rules(*example.store->view()));
    CHECK_FALSE(has_older_index(*example.store->view()).value());
}

TEST_CASE("a store that may hold retained rows says so once, whatever it said", "[storage]") {
    const Example example;
    REQUIRE(write_text_rules(*example.store));
    if (GENERATE(false, true)) CHECK(begin_bin(*example.store).value());
    CHECK(begin_retention(*example.store).value());
    CHECK_FALSE(begin_retention(*example.store).value());
    // It may hold those of a bin as well.
    CHECK(has_bin(*example.store->view()).value());
    CHECK_FALSE(begin_bin(*example.store).value());
    CHECK(check_text_rules(*example.store->view()));
    CHECK_FALSE(has_older_index(*example.store->view()).value());
}

TEST_CASE("a store whose text keys follow other rules is refused", "[storage]") {
    const Example example;
    for (const std::string_view other :
         {"nfc-casefold-trim/1 unicode/99.0.0", "bytes/1", "nfc-casefold-trim/1", ""}) {
        put(*example.store, text_rules_key, other, Family::meta);
        CHECK(example.error() == Errc::newer_format);
    }
}

TEST_CASE("a store that does not say how its text keys were made is refused", "[storage]") {
    const Example example;
    CHECK(example.error() == Errc::integrity);
    put(*example.store, text_rules_key, text_key_rules(), Family::rows
    );  // not where it is looked for
    CHECK(example.error() == Errc::integrity);
}

}  // namespace text_rules_test
