// What tests of a store do with it, in short.
#pragma once

#include "storage/store.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::storage::test {

inline std::optional<std::string> value_of(
    const StoreView& view, std::string_view key, Family family = Family::rows
) {
    const auto value = view.get(family, key);
    REQUIRE(value);
    return *value;
}

inline void put(
    Store& store, std::string_view key, std::string_view value, Family family = Family::rows
) {
    const auto commit = store.begin();
    commit->put(family, key, value);
    REQUIRE(commit->write());
}

inline Changes change(std::string key, std::string value = "v", Family family = Family::rows) {
    Changes changes;
    changes.puts.push_back({family, std::move(key), std::move(value)});
    return changes;
}

inline Changes removal(std::string key, Family family = Family::rows) {
    Changes changes;
    changes.removals.push_back({family, std::move(key)});
    return changes;
}

inline Guards guard(
    std::shared_ptr<const StoreView> view, std::vector<std::string> keys,
    std::vector<KeyRange> ranges = {}
) {
    Guards guards;
    guards.view = std::move(view);
    for (auto& key : keys) guards.keys.emplace_back(Family::rows, std::move(key));
    guards.ranges = std::move(ranges);
    return guards;
}

/// Which of the units the commit takes, one after the other.
inline std::vector<bool> taken(Commit& commit, const std::vector<Unit>& units) {
    std::vector<bool> out;
    for (const auto& unit : units) {
        const auto holds = commit.take(unit);
        REQUIRE(holds);
        out.push_back(*holds);
    }
    return out;
}

/// Commits one unit and says whether it held.
inline bool apply(Store& store, const Guards& guards, const Changes& changes) {
    const auto commit = store.begin();
    const auto holds = commit->take({&guards, &changes});
    REQUIRE(holds);
    REQUIRE(commit->write());
    return *holds;
}

inline std::vector<std::string> keys_in(const StoreView& view, const KeyRange& range, Order order) {
    std::vector<std::string> keys;
    const auto cursor = view.scan(range, order);
    for (; cursor->valid(); cursor->next()) keys.emplace_back(cursor->key());
    REQUIRE(cursor->status());
    return keys;
}

}  // namespace rookery::storage::test
