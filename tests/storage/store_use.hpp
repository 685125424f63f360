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

/// Changes with the texts that they point to.
class OwnChanges : public Changes {
 public:
    void put(std::string key, std::string value = "v", Family family = Family::rows) {
        puts.push_back({family, keep(std::move(key)), keep(std::move(value))});
    }

    void remove(std::string key, Family family = Family::rows) {
        removals.push_back({family, keep(std::move(key))});
    }

 private:
    std::string_view keep(std::string text) {
        return *texts_.emplace_back(std::make_unique<const std::string>(std::move(text)));
    }

    std::vector<std::unique_ptr<const std::string>> texts_;
};

inline OwnChanges change(std::string key, std::string value = "v", Family family = Family::rows) {
    OwnChanges changes;
    changes.put(std::move(key), std::move(value), family);
    return changes;
}

inline OwnChanges removal(std::string key, Family family = Family::rows) {
    OwnChanges changes;
    changes.remove(std::move(key), family);
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
