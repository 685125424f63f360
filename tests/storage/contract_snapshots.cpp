// Snapshots: what a view shows, and for how long.
#include "storage/contract_rule.hpp"

#include <atomic>
#include <thread>

namespace rookery::storage::test {
namespace {

void every_family_is_read(EngineUnderTest& engine) {
    const auto store = open(engine);
    const auto commit = store->begin();
    for (const auto family : all_families) {
        commit->put(family, "k", std::to_string(static_cast<int>(family)));
    }
    commit->put(Family::log, "only here", "v");
    REQUIRE(commit->write());
    const auto view = store->view();
    for (const auto family : all_families) {
        CHECK(value_of(*view, "k", family) == std::to_string(static_cast<int>(family)));
        CHECK(value_of(*view, "only here", family).has_value() == (family == Family::log));
    }
}

void an_empty_value_is_a_value(EngineUnderTest& engine) {
    const auto store = open(engine);
    put(*store, "a", "");
    CHECK(value_of(*store->view(), "a") == "");
    const auto commit = store->begin();
    commit->remove(Family::rows, "a");
    commit->remove(Family::rows, "never there");
    REQUIRE(commit->write());
    CHECK(value_of(*store->view(), "a") == std::nullopt);
}

void a_view_stays(EngineUnderTest& engine) {
    const auto store = open(engine);
    put(*store, "a", "old");
    put(*store, "b", "old");
    const auto before = store->view();
    put(*store, "a", "new");
    put(*store, "c", "new");
    CHECK(apply(*store, Guards{}, removal("b")));
    CHECK(value_of(*before, "a") == "old");
    CHECK(value_of(*before, "b") == "old");
    CHECK(value_of(*before, "c") == std::nullopt);
    CHECK(keys_in(*before, {Family::rows, "a", "z"}, Order::ascending) == Keys{"a", "b"});
    CHECK(keys_in(*store->view(), {Family::rows, "a", "z"}, Order::ascending) == Keys{"a", "c"});
    CHECK(value_of(*store->view(), "a") == "new");
}

void a_view_outlives_commits(EngineUnderTest& engine) {
    constexpr int keys = 20;
    const auto store = open(engine);
    for (int i = 0; i < keys; ++i) put(*store, "k" + std::to_string(i), "first");
    const auto before = store->view();
    const auto cursor = before->scan({Family::rows, "k", "l"}, Order::ascending);
    int walked = 0;
    for (int i = 0; i < 10 * keys; ++i) {
        const auto key = "k" + std::to_string(i % keys);
        CHECK(apply(*store, Guards{}, i % 3 == 0 ? removal(key) : change(key, std::to_string(i))));
        if (cursor->valid()) {
            CHECK(cursor->value() == "first");
            cursor->next();
            ++walked;
        }
    }
    CHECK(walked == keys);
    CHECK(cursor->status());
    for (int i = 0; i < keys; ++i) CHECK(value_of(*before, "k" + std::to_string(i)) == "first");
}

void views_are_numbered(EngineUnderTest& engine) {
    const auto store = open(engine);
    const auto first = store->view();
    CHECK(store->view()->sequence() == first->sequence());
    put(*store, "a", "v");
    const auto second = store->view();
    CHECK(second->sequence() > first->sequence());
    { const auto dropped = store->begin(); }
    CHECK(store->view()->sequence() == second->sequence());
}

void nobody_sees_what_is_not_written(EngineUnderTest& engine) {
    const auto store = open(engine);
    {
        const auto commit = store->begin();
        const auto changes = change("a");
        REQUIRE(commit->take({nullptr, &changes}));
        commit->put(Family::log, "a", "v");
        CHECK(value_of(*store->view(), "a") == std::nullopt);
        CHECK(value_of(*store->view(), "a", Family::log) == std::nullopt);
    }
    CHECK(value_of(*store->view(), "a") == std::nullopt);
}

void views_and_cursors_outlive_the_store(EngineUnderTest& engine) {
    std::shared_ptr<const StoreView> view;
    std::unique_ptr<Cursor> cursor;
    {
        const auto store = open(engine);
        put(*store, "a", "v");
        view = store->view();
        cursor = view->scan({Family::rows, "a", "z"}, Order::ascending);
    }
    CHECK(value_of(*view, "a") == "v");
    view.reset();
    CHECK(cursor->key() == "a");
    cursor->next();
    CHECK_FALSE(cursor->valid());
}

void readers_see_whole_commits(EngineUnderTest& engine) {
    const auto store = open(engine);
    put(*store, "a", "0");
    put(*store, "b", "0");
    std::atomic<bool> done = false;
    std::atomic<int> torn = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            std::uint64_t last = 0;
            while (!done) {
                const auto view = store->view();
                const auto a = view->get(Family::rows, "a");
                const auto b = view->get(Family::rows, "b");
                if (!a || !b || *a != *b || view->sequence() < last) ++torn;
                last = view->sequence();
            }
        });
    }
    for (int i = 1; i <= 200; ++i) {
        const auto commit = store->begin();
        commit->put(Family::rows, "a", std::to_string(i));
        commit->put(Family::rows, "b", std::to_string(i));
        CHECK(commit->write());
    }
    done = true;
    for (auto& reader : readers) reader.join();
    CHECK(torn == 0);
}

constexpr Rule rules[] = {
    {"what was written is read, in its family alone", every_family_is_read},
    {"a removal removes, an empty value is a value", an_empty_value_is_a_value},
    {"a view stays as it was taken", a_view_stays},
    {"a view and a cursor live on after many later commits", a_view_outlives_commits},
    {"a later view has a higher number", views_are_numbered},
    {"nobody sees a commit before it is written", nobody_sees_what_is_not_written},
    {"a view and a cursor work after the store is gone", views_and_cursors_outlive_the_store},
    {"readers on other threads see whole commits only, in order", readers_see_whole_commits},
};

}  // namespace

std::span<const Rule> rules_of_snapshots() { return rules; }

}  // namespace rookery::storage::test
