// What an engine keeps: its check, and sizes.
#include "storage/contract_rule.hpp"

#include <atomic>
#include <thread>

namespace rookery::storage::test {
namespace {

// The check of what an engine keeps

void an_untouched_store_has_no_damage(EngineUnderTest& engine) {
    {
        const auto store = open(engine);
        CHECK(store->check_files());
        for (const auto family : all_families) put(*store, "k", "v", family);
        CHECK(apply(*store, Guards{}, removal("k")));
        CHECK(store->check_files());
    }
    CHECK(open(engine, OpenMode::must_exist)->check_files());
    CHECK(open(engine, OpenMode::read_only)->check_files());
}

void commits_are_no_damage(EngineUnderTest& engine) {
    const auto store = open(engine);
    put(*store, "a", "v");
    std::atomic<bool> done = false;
    std::atomic<int> damaged = 0;
    std::thread checking([&] {
        while (!done) damaged += store->check_files() ? 0 : 1;
    });
    for (int i = 0; i < 100; ++i) put(*store, "k" + std::to_string(i), std::string(1000, 'v'));
    done = true;
    checking.join();
    CHECK(damaged == 0);
}

void damage_is_found(EngineUnderTest& engine) {
    {
        const auto store = open(engine);
        const auto commit = store->begin();
        for (int i = 0; i < 1000; ++i) {
            commit->put(Family::rows, "k" + std::to_string(i), std::string(100, 'v'));
        }
        REQUIRE(commit->write());
    }
    engine.damage();
    const auto opened = engine.open(OpenMode::must_exist);
    if (!opened) {
        CHECK(opened.error().code == Errc::integrity);
        return;
    }
    const auto checked = (*opened)->check_files();
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Errc::integrity);
    // Nor is anything else than what was written ever shown for it.
    const auto view = (*opened)->view();
    int unreadable = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto value = view->get(Family::rows, "k" + std::to_string(i));
        if (!value) {
            CHECK(value.error().code == Errc::integrity);
            ++unreadable;
        } else {
            CHECK(*value == std::string(100, 'v'));
        }
    }
    const auto cursor = view->scan({Family::rows, "", ""}, Order::ascending);
    int walked = 0;
    for (; cursor->valid(); cursor->next()) ++walked;
    const auto status = cursor->status();
    CHECK(status.has_value() == (walked == 1000));
    CHECK(status.has_value() == (unreadable == 0));
    if (!status) CHECK(status.error().code == Errc::integrity);
}

// Sizes

void the_largest_is_taken(EngineUnderTest& engine) {
    const std::string key(key_bytes_max, '\xFF');
    const std::string value(value_bytes_max, 'v');
    {
        const auto store = open(engine);
        put(*store, key, value);
        CHECK(value_of(*store->view(), key) == value);
    }
    const auto store = open(engine, OpenMode::must_exist);
    const auto cursor = store->view()->scan({Family::rows, "", ""}, Order::descending);
    REQUIRE(cursor->valid());
    CHECK(cursor->key() == key);
    CHECK(cursor->value() == value);
}

void a_large_commit_is_written_whole(EngineUnderTest& engine) {
    constexpr int rows = 10'000;
    const auto store = open(engine);
    OwnChanges changes;
    for (int i = 0; i < rows; ++i) changes.put(std::to_string(i));
    CHECK(apply(*store, Guards{}, changes));
    CHECK(keys_in(*store->view(), {Family::rows, "", ""}, Order::descending).size() == rows);
    OwnChanges removals;
    for (int i = 0; i < rows; ++i) removals.remove(std::to_string(i));
    CHECK(apply(*store, Guards{}, removals));
    CHECK(keys_in(*store->view(), {Family::rows, "", ""}, Order::ascending).empty());
}

void what_is_kept_for_guards_is_bounded(EngineUnderTest& engine) {
    auto opened = engine.open_with_bound(10);
    if (!opened) FAIL(opened.error().message);
    auto& store = **opened;
    const auto view = store.view();
    CHECK(apply(store, guard(view, {"z"}), change("a")));
    for (int i = 0; i < 20; ++i) CHECK(apply(store, Guards{}, change("b" + std::to_string(i))));
    CHECK_FALSE(apply(store, guard(view, {"z"}), change("x")));
    CHECK(apply(store, guard(store.view(), {"z"}), change("x")));
}

constexpr Rule rules[] = {
    // The check of what an engine keeps
    {"a check finds nothing in a store that nobody touched", an_untouched_store_has_no_damage},
    {"a check does not take commits for damage", commits_are_no_damage},
    {"damage is found by a check, and never read as something else",
     damage_is_found,
     &Capabilities::has_bytes_at_rest},
    // Sizes
    {"the longest key and the largest value are taken", the_largest_is_taken},
    {"a commit of many rows is written whole", a_large_commit_is_written_whole},
    {"a view older than what is kept for guards makes its unit stale",
     what_is_kept_for_guards_is_bounded},
};

}  // namespace

std::span<const Rule> rules_of_keeping() { return rules; }

}  // namespace rookery::storage::test
