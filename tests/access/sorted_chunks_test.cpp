#include "access/sorted_chunks.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <vector>

namespace rookery::access::sorted_chunks_test {
namespace {

using Map = SortedChunks<int, int>;
using Model = std::map<int, int>;

Map of(const Model& model) {
    std::vector<Map::Edit> edits;
    for (const auto& [key, value] : model) edits.push_back({key, value});
    return Map{}.with(edits);
}

Map::Edit put(int key, int value) { return {key, value}; }

Map::Edit removal(int key) { return {key, std::nullopt}; }

Map edited(const Map& map, const Map::Edit& edit) { return map.with(std::span{&edit, 1}); }

bool same(const Map& map, const Model& model) {
    if (map.size() != model.size()) return false;
    auto at = map.begin();
    for (const auto& [key, value] : model) {
        if (at == map.end() || at->key != key || at->value != value) return false;
        ++at;
    }
    return at == map.end();
}

}  // namespace

TEST_CASE("an empty map has nothing and takes removals", "[access]") {
    const Map map;
    CHECK(map.size() == 0);
    CHECK(map.find(1) == nullptr);
    CHECK(map.begin() == map.end());
    CHECK(map.lower_bound(1) == map.end());
    CHECK(same(map.with({}), {}));
    CHECK(same(edited(map, removal(1)), {}));
}

TEST_CASE("a map is what its edits make of it, whatever their number", "[access]") {
    std::mt19937 random{GENERATE(1U, 2U, 3U, 4U)};
    const auto upto = [&](std::size_t limit) { return static_cast<int>(random() % limit); };
    Model model;
    Map map;
    for (int round = 0; round < 300; ++round) {
        const auto before = model;
        const auto old = map;
        // Mostly one edit; now and then many, and now and then most of the map goes.
        std::map<int, Map::Edit> edits;
        const int count = round % 10 == 0 ? upto(1'500) : 1 + upto(3);
        const bool clearing = round % 50 == 49;
        for (int i = 0; i < count; ++i) {
            const int key = upto(2'000);
            edits[key] = upto(3) == 0 ? removal(key) : put(key, upto(1'000'000));
        }
        if (clearing) {
            for (const auto& [key, value] : model) {
                if (upto(20) != 0) edits[key] = removal(key);
            }
        }
        std::vector<Map::Edit> sorted;
        for (const auto& [key, edit] : edits) {
            sorted.push_back(edit);
            if (edit.value) model[key] = *edit.value;
            if (!edit.value) model.erase(key);
        }
        map = map.with(sorted);
        REQUIRE(same(map, model));
        REQUIRE(same(old, before));
        for (int i = 0; i < 50; ++i) {
            const int key = upto(2'100) - 50;
            const auto found = model.find(key);
            const auto* value = map.find(key);
            REQUIRE((value == nullptr) == (found == model.end()));
            if (value != nullptr) REQUIRE(*value == found->second);
            const auto next = model.lower_bound(key);
            const auto at = map.lower_bound(key);
            REQUIRE((at == map.end()) == (next == model.end()));
            if (at != map.end()) REQUIRE(at->key == next->first);
        }
    }
}

TEST_CASE("an edit leaves what is far from it where it was", "[access]") {
    Model model;
    for (int key = 0; key < 10'000; ++key) model[key] = key;
    const auto old = of(model);
    const auto changed = edited(old, put(5'000, 1));
    CHECK(changed.find(0) == old.find(0));
    CHECK(changed.find(9'999) == old.find(9'999));
    CHECK(changed.find(5'000) != old.find(5'000));
    CHECK(*old.find(5'000) == 5'000);
    CHECK(*changed.find(5'000) == 1);
}

}  // namespace rookery::access::sorted_chunks_test
