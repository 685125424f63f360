// Commits: whole, durable, and what follows a failure.
#include "storage/contract_rule.hpp"

namespace rookery::storage::test {
namespace {

/// Whether this store takes no commit, from its first unit on, and says why.
void refuses_commits(Store& store, Errc why) {
    const auto changes = change("refused");
    const auto commit = store.begin();
    const auto taken = commit->take({nullptr, &changes});
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == why);
    const auto written = commit->write();
    REQUIRE_FALSE(written);
    CHECK(written.error().code == why);
    CHECK(value_of(*store.view(), "refused") == std::nullopt);
}

// Whole commits

void a_commit_is_written_once(EngineUnderTest& engine) {
    const auto store = open(engine);
    const auto changes = change("a");
    const auto commit = store->begin();
    CHECK(commit->take({nullptr, &changes}).value());
    CHECK(commit->write());
    CHECK_FALSE(commit->write());
}

void the_later_write_counts(EngineUnderTest& engine) {
    const auto store = open(engine);
    const auto changes = change("unit", "of the unit");
    const auto commit = store->begin();
    REQUIRE(commit->take({nullptr, &changes}));
    commit->put(Family::rows, "unit", "of the committer");
    commit->put(Family::rows, "gone", "v");
    commit->remove(Family::rows, "gone");
    commit->remove(Family::rows, "back");
    commit->put(Family::rows, "back", "v");
    REQUIRE(commit->write());
    const auto view = store->view();
    CHECK(value_of(*view, "unit") == "of the committer");
    CHECK(value_of(*view, "gone") == std::nullopt);
    CHECK(value_of(*view, "back") == "v");
}

void an_empty_commit_is_one(EngineUnderTest& engine) {
    const auto store = open(engine);
    const auto before = store->view()->sequence();
    const auto commit = store->begin();
    CHECK(commit->write());
    CHECK(store->view()->sequence() > before);
}

// Durability

void it_is_there_after_reopening(EngineUnderTest& engine) {
    {
        const auto store = open(engine);
        for (const auto family : all_families) put(*store, "k", "v", family);
        put(*store, "removed", "v");
        CHECK(apply(*store, Guards{}, removal("removed")));
        const auto dropped = store->begin();
        dropped->put(Family::rows, "dropped", "v");
    }
    for (const auto mode : {OpenMode::must_exist, OpenMode::create_if_missing}) {
        const auto store = open(engine, mode);
        const auto view = store->view();
        for (const auto family : all_families) CHECK(value_of(*view, "k", family) == "v");
        CHECK(keys_in(*view, {Family::rows, "", ""}, Order::ascending) == Keys{"k"});
    }
}

void it_is_there_after_a_crash(EngineUnderTest& engine) {
    const auto store = open(engine);
    for (int i = 0; i < 50; ++i) put(*store, "k" + std::to_string(i), "v");
    {
        const auto dropped = store->begin();
        dropped->put(Family::rows, "never written", "v");
    }
    engine.crash();
    const auto reopened = open(engine, OpenMode::must_exist);
    const auto view = reopened->view();
    for (int i = 0; i < 50; ++i) CHECK(value_of(*view, "k" + std::to_string(i)) == "v");
    CHECK(value_of(*view, "never written") == std::nullopt);
}

// Errors

void a_failed_write_is_the_last(EngineUnderTest& engine) {
    const std::string large(100'000, 'v');
    {
        const auto store = open(engine);
        put(*store, "a", "v");
        {
            const auto failing = engine.writes_failing();
            const auto commit = store->begin();
            commit->put(Family::rows, "b", large);
            commit->put(Family::log, "b", large);
            const auto failed = commit->write();
            REQUIRE_FALSE(failed);
            CHECK(failed.error().code == Errc::io);
        }
        // It does not come back by itself, although writing would work again.
        refuses_commits(*store, Errc::io);
        CHECK(value_of(*store->view(), "a") == "v");
        CHECK(value_of(*store->view(), "b") == std::nullopt);
        CHECK(value_of(*store->view(), "b", Family::log) == std::nullopt);
    }
    const auto store = open(engine, OpenMode::must_exist);
    CHECK(value_of(*store->view(), "a") == "v");
    const auto row = value_of(*store->view(), "b");
    CHECK(row == value_of(*store->view(), "b", Family::log));
    CHECK((row == std::nullopt || row == large));
    put(*store, "c", "v");
    CHECK(value_of(*store->view(), "c") == "v");
}

void reading_only_takes_no_commit(EngineUnderTest& engine) {
    { put(*open(engine), "a", "v"); }
    {
        const auto store = open(engine, OpenMode::read_only);
        CHECK(value_of(*store->view(), "a") == "v");
        CHECK(keys_in(*store->view(), {Family::rows, "", ""}, Order::ascending) == Keys{"a"});
        refuses_commits(*store, Errc::unavailable);
    }
    const auto store = open(engine, OpenMode::must_exist);
    CHECK(keys_in(*store->view(), {Family::rows, "", ""}, Order::ascending) == Keys{"a"});
}

void only_one_has_it_open(EngineUnderTest& engine) {
    auto store = open(engine);
    CHECK(open_error(engine, OpenMode::must_exist) == Errc::in_use);
    CHECK(open_error(engine, OpenMode::create_if_missing) == Errc::in_use);
    auto view = store->view();
    store.reset();
    CHECK(open_error(engine, OpenMode::must_exist) == Errc::in_use);
    auto cursor = view->scan({Family::rows, "", ""}, Order::ascending);
    view.reset();
    CHECK(open_error(engine, OpenMode::must_exist) == Errc::in_use);
    cursor.reset();
    CHECK(engine.open(OpenMode::must_exist));
}

void nothing_is_not_opened(EngineUnderTest& engine) {
    for (const auto mode : {OpenMode::must_exist, OpenMode::read_only}) {
        const auto code = open_error(engine, mode);
        CHECK((code == Errc::io || code == Errc::integrity));
    }
    CHECK(engine.open(OpenMode::create_if_missing));
    CHECK(engine.open(OpenMode::must_exist));
}

constexpr Rule rules[] = {
    // Whole commits
    {"a commit is written once", a_commit_is_written_once},
    {"of two writes to one key in a commit the later one counts", the_later_write_counts},
    {"a commit of nothing is a commit", an_empty_commit_is_one},
    // Durability
    {"what was written is there after reopening, and nothing else", it_is_there_after_reopening},
    {"what was written is there after a crash, and nothing else",
     it_is_there_after_a_crash,
     &Capabilities::survives_a_crash},
    // Errors
    {"after a failed write nothing of it is there, and no commit is taken",
     a_failed_write_is_the_last},
    {"a store that was opened for reading takes no commit", reading_only_takes_no_commit},
    {"a store is in use until its last view and cursor are gone", only_one_has_it_open},
    {"where there is no store one is only made when asked for", nothing_is_not_opened},
};

}  // namespace

std::span<const Rule> rules_of_commits() { return rules; }

}  // namespace rookery::storage::test
