// Guards: which units of work hold.
#include "storage/contract_rule.hpp"

#include <algorithm>
#include <set>

namespace rookery::storage::test {
namespace {

void a_changed_key_is_noticed(EngineUnderTest& engine) {
    const auto store = open(engine);
    put(*store, "start", "v");
    const auto view = store->view();
    CHECK(apply(*store, Guards{}, change("a")));
    CHECK_FALSE(apply(*store, guard(view, {"a"}), change("x")));
    CHECK(value_of(*store->view(), "x") == std::nullopt);
    CHECK(apply(*store, guard(view, {"b"}), change("x")));
    CHECK(apply(*store, guard(store->view(), {"a"}), change("y")));
    CHECK(value_of(*store->view(), "y") == "v");
}

void absence_and_presence_are_guarded(EngineUnderTest& engine) {
    const auto store = open(engine);
    const auto without = store->view();
    CHECK(value_of(*without, "a") == std::nullopt);
    CHECK(apply(*store, guard(without, {"a"}), change("a")));
    CHECK_FALSE(apply(*store, guard(without, {"a"}), change("a", "second")));
    const auto with = store->view();
    CHECK(apply(*store, guard(with, {"a"}), removal("a")));
    CHECK_FALSE(apply(*store, guard(with, {"a"}), change("x")));
}

void a_guarded_range_is_watched(EngineUnderTest& engine) {
    const auto store = open(engine);
    const KeyRange range{Family::rowidx, "b", "d"};
    const auto view = store->view();
    CHECK(apply(*store, Guards{}, change("d", "", Family::rowidx)));
    CHECK(apply(*store, Guards{}, change("c", "", Family::rows)));
    CHECK(apply(*store, guard(view, {}, {range}), change("x")));
    CHECK(apply(*store, Guards{}, change("c", "", Family::rowidx)));
    CHECK_FALSE(apply(*store, guard(view, {}, {range}), change("y")));
    const auto full = store->view();
    CHECK(apply(*store, Guards{}, removal("c", Family::rowidx)));
    CHECK_FALSE(apply(*store, guard(full, {}, {range}), change("y")));
}

void units_see_each_other(EngineUnderTest& engine) {
    const auto store = open(engine);
    const auto view = store->view();
    const auto first = guard(view, {"a"});
    const auto range = guard(view, {}, {{Family::rows, "a", "b"}});
    const auto elsewhere = guard(view, {"z"});
    const auto put_a = change("a", "first");
    const auto put_a_again = change("a", "second");
    const auto put_b = change("b");
    const auto put_z = change("z");
    const auto commit = store->begin();
    const std::vector<Unit> units{
        {&first, &put_a},        // holds
        {&first, &put_a_again},  // the unit before put it
        {&range, &put_b},        // so it did in this range
        {&elsewhere, &put_z},    // holds
        {&elsewhere, &put_b},    // not any more
    };
    CHECK(taken(*commit, units) == std::vector<bool>{true, false, false, true, false});
    REQUIRE(commit->write());
    const auto after = store->view();
    CHECK(value_of(*after, "a") == "first");
    CHECK(value_of(*after, "b") == std::nullopt);
    CHECK(value_of(*after, "z") == "v");
}

void a_refused_unit_does_not_count(EngineUnderTest& engine) {
    const auto store = open(engine);
    const auto view = store->view();
    CHECK(apply(*store, Guards{}, change("x", "again")));
    const auto stale = guard(view, {"x"});
    const auto fresh = guard(view, {"a"});
    const auto put_a = change("a");
    const auto commit = store->begin();
    const std::vector<Unit> units{{&stale, &put_a}, {&fresh, &put_a}};
    CHECK(taken(*commit, units) == std::vector<bool>{false, true});
    REQUIRE(commit->write());
}

void a_dropped_commit_guards_nothing(EngineUnderTest& engine) {
    const auto store = open(engine);
    const auto view = store->view();
    {
        const auto commit = store->begin();
        const auto changes = change("a");
        REQUIRE(commit->take({nullptr, &changes}));
    }
    CHECK(apply(*store, guard(view, {"a"}), change("a")));
}

void an_old_view_is_checked_against(EngineUnderTest& engine) {
    const auto store = open(engine);
    const auto view = store->view();
    CHECK(apply(*store, Guards{}, change("a")));
    for (int i = 0; i < 100; ++i) CHECK(apply(*store, Guards{}, change("b" + std::to_string(i))));
    CHECK_FALSE(apply(*store, guard(view, {"a"}), change("x")));
    CHECK_FALSE(apply(*store, guard(view, {"b50"}), change("x")));
    CHECK(apply(*store, guard(view, {"c"}), change("x")));
}

void what_cannot_be_guarded_does_not_hold(EngineUnderTest& engine) {
    const auto store = open(engine);
    const auto view = store->view();
    for (const auto family : {Family::log, Family::meta}) {
        Guards key;
        key.view = view;
        key.keys.emplace_back(family, "a");
        CHECK_FALSE(apply(*store, key, change("x")));
        CHECK_FALSE(apply(*store, guard(view, {}, {{family, "a", "b"}}), change("x")));
    }
    CHECK_FALSE(apply(*store, guard(nullptr, {"a"}), change("x")));
    CHECK(apply(*store, guard(nullptr, {}), change("x")));
}

void guards_hold_exactly_when_nothing_was_touched(EngineUnderTest& engine) {
    const auto store = open(engine);
    Draws draws;
    std::vector<std::shared_ptr<const StoreView>> views{store->view()};  // before commit i
    std::vector<std::set<std::string>> touched;                          // by commit i
    int held = 0;
    for (int i = 0; i < 150; ++i) {
        const auto since = draws.below(views.size());
        const Keys keys{draws.key()};
        const KeyRange range{Family::rows, draws.key(), draws.key()};
        const bool guarded = draws.below(2) == 0;
        const auto guards =
            guard(views[since], keys, guarded ? std::vector{range} : std::vector<KeyRange>{});
        bool expected = true;
        for (auto at = since; at < touched.size(); ++at) {
            expected = expected && !touched[at].contains(keys.front()) &&
                       (!guarded || std::ranges::none_of(touched[at], [&](const std::string& key) {
                           return key >= range.lower && key < range.upper;
                       }));
        }
        const auto key = draws.key();
        CHECK(apply(*store, guards, draws.below(4) == 0 ? removal(key) : change(key)) == expected);
        touched.push_back(expected ? std::set{key} : std::set<std::string>{});
        views.push_back(store->view());
        held += expected ? 1 : 0;
    }
    CHECK(held > 20);
    CHECK(held < 130);
}

constexpr Rule rules[] = {
    {"a unit is stale when a commit after its view changed a guarded key",
     a_changed_key_is_noticed},
    {"a guard sees that a key appeared, and that one went", absence_and_presence_are_guarded},
    {"a guarded range sees that a key in it came or went", a_guarded_range_is_watched},
    {"units of one commit see each other in order", units_see_each_other},
    {"a unit that was refused does not stand in another's way", a_refused_unit_does_not_count},
    {"a commit that was dropped leaves no guard behind", a_dropped_commit_guards_nothing},
    {"an old view that is still held is checked against", an_old_view_is_checked_against},
    {"a guard that cannot be checked does not hold", what_cannot_be_guarded_does_not_hold},
    {"guards hold exactly when nothing that they name was touched",
     guards_hold_exactly_when_nothing_was_touched},
};

}  // namespace

std::span<const Rule> rules_of_guards() { return rules; }

}  // namespace rookery::storage::test
