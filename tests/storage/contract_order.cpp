// Order: how a walk goes through its range.
#include "storage/contract_rule.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace rookery::storage::test {
namespace {

using Model = std::map<std::string, std::string>;

void a_walk_keeps_to_its_range(EngineUnderTest& engine) {
    const auto store = open(engine);
    for (const auto* key : {"a", "b", "ba", "c", "d"}) put(*store, key, "v");
    const auto view = store->view();
    CHECK(keys_in(*view, {Family::rows, "b", "d"}, Order::ascending) == Keys{"b", "ba", "c"});
    CHECK(keys_in(*view, {Family::rows, "b", "d"}, Order::descending) == Keys{"c", "ba", "b"});
    CHECK(keys_in(*view, {Family::rows, "c", ""}, Order::ascending) == Keys{"c", "d"});
    CHECK(keys_in(*view, {Family::rows, "c", ""}, Order::descending) == Keys{"d", "c"});
    CHECK(keys_in(*view, {Family::rows, "", ""}, Order::descending).size() == 5);
    CHECK(keys_in(*view, {Family::rows, "bb", "bz"}, Order::descending).empty());
    for (const auto order : {Order::ascending, Order::descending}) {
        CHECK(keys_in(*view, {Family::rows, "b", "b"}, order).empty());
        CHECK(keys_in(*view, {Family::rows, "d", "b"}, order).empty());
        CHECK(keys_in(*view, {Family::rowidx, "a", "z"}, order).empty());
    }
}

void a_walk_seeks_ahead_within_its_range(EngineUnderTest& engine) {
    const auto store = open(engine);
    for (const auto* key : {"a", "b", "ba", "c", "d"}) put(*store, key, "v");
    const auto view = store->view();
    const auto walk = view->scan({Family::rows, "b", "d"}, Order::ascending);
    walk->seek("bb");
    REQUIRE(walk->valid());
    CHECK(walk->key() == "c");
    walk->seek("a");  // passed: it stays
    REQUIRE(walk->valid());
    CHECK(walk->key() == "c");
    walk->seek("cc");
    CHECK_FALSE(walk->valid());
    CHECK(walk->status());
    walk->seek("z");
    CHECK_FALSE(walk->valid());
}

void keys_are_unsigned_bytes(EngineUnderTest& engine) {
    using namespace std::string_literals;
    const Keys sorted{
        "\0"s, "\0\0"s, "\0\xFF"s, "\x7F"s, "\x7F\x80"s, "\x80"s, "\xFF"s, "\xFF\xFF"s};
    const auto store = open(engine);
    for (auto at = sorted.rbegin(); at != sorted.rend(); ++at) put(*store, *at, *at);
    const auto view = store->view();
    CHECK(keys_in(*view, {Family::rows, "", ""}, Order::ascending) == sorted);
    CHECK(
        keys_in(*view, {Family::rows, "", ""}, Order::descending) ==
        Keys(sorted.rbegin(), sorted.rend())
    );
    CHECK(
        keys_in(*view, {Family::rows, "\x7F", prefix_end("\x7F")}, Order::ascending) ==
        Keys{"\x7F"s, "\x7F\x80"s}
    );
    CHECK(
        keys_in(*view, {Family::rows, "\xFF", prefix_end("\xFF")}, Order::ascending) ==
        Keys{"\xFF"s, "\xFF\xFF"s}
    );
    for (const auto& key : sorted) CHECK(value_of(*view, key) == key);
}

void compare(const StoreView& view, const Model& model, KeyRange range) {
    const auto from = model.lower_bound(range.lower);
    const bool none = !range.upper.empty() && range.upper <= range.lower;
    const auto to = none                  ? from
                    : range.upper.empty() ? model.end()
                                          : model.lower_bound(range.upper);
    const std::vector<std::pair<std::string, std::string>> expected(from, to);
    for (const auto order : {Order::ascending, Order::descending}) {
        std::vector<std::pair<std::string, std::string>> walked;
        const auto cursor = view.scan(range, order);
        for (; cursor->valid(); cursor->next()) walked.emplace_back(cursor->key(), cursor->value());
        REQUIRE(cursor->status());
        if (order == Order::descending) std::reverse(walked.begin(), walked.end());
        CHECK(walked == expected);
    }
}

void a_store_is_a_sorted_map(EngineUnderTest& engine) {
    const auto store = open(engine);
    Draws draws;
    Model model;
    std::vector<std::pair<std::shared_ptr<const StoreView>, Model>> kept;
    for (int i = 0; i < 150; ++i) {
        const auto commit = store->begin();
        for (auto writes = draws.below(8); writes > 0; --writes) {
            const auto key = draws.key();
            if (draws.below(3) == 0) {
                commit->remove(Family::rows, key);
                model.erase(key);
            } else {
                commit->put(Family::rows, key, std::to_string(i));
                model[key] = std::to_string(i);
            }
        }
        REQUIRE(commit->write());
        kept.emplace_back(store->view(), model);
        if (kept.size() > 20)
            kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(draws.below(20)));
        const auto& [view, then] = kept[draws.below(kept.size())];
        compare(*view, then, {Family::rows, draws.key(), draws.below(4) == 0 ? "" : draws.key()});
        const auto key = draws.key();
        const auto found = then.find(key);
        CHECK(
            value_of(*view, key) ==
            (found == then.end() ? std::nullopt : std::optional(found->second))
        );
    }
    for (const auto& [view, then] : kept) compare(*view, then, {Family::rows, "", ""});
}

constexpr Rule rules[] = {
    {"a walk goes through its range in order and no further", a_walk_keeps_to_its_range},
    {"a walk seeks ahead within its range, and never back", a_walk_seeks_ahead_within_its_range},
    {"keys are ordered as unsigned bytes", keys_are_unsigned_bytes},
    {"a store is a sorted map, and each of its views as well", a_store_is_a_sorted_map},
};

}  // namespace

std::span<const Rule> rules_of_order() { return rules; }

}  // namespace rookery::storage::test
