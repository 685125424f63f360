#include "storage/store_overlay.hpp"

#include "store_use.hpp"
#include "support/memory_store.hpp"
#include "temporary_folder.hpp"

#include <algorithm>
#include <map>
#include <random>

namespace store_overlay_test {

using namespace rookery;
using namespace rookery::storage;
namespace use = rookery::storage::test;

namespace {

struct Fixture {
    use::TemporaryFolder folder;
    rookery::test::MemoryEngine engine;
    std::unique_ptr<Store> store = *engine(folder.path() / "store", OpenMode::create_if_missing);

    std::vector<std::pair<std::string, std::string>> walk(
        const StoreView& view, const KeyRange& range, Order order
    ) {
        std::vector<std::pair<std::string, std::string>> out;
        const auto cursor = view.scan(range, order);
        for (; cursor->valid(); cursor->next()) {
            out.emplace_back(std::string{cursor->key()}, std::string{cursor->value()});
        }
        REQUIRE(cursor->status());
        return out;
    }
};

KeyRange all(Family family = Family::rows) { return {family, "", ""}; }

}  // namespace

TEST_CASE("an overlay shows what is planned over what is there, and changes nothing", "[storage]") {
    Fixture f;
    use::put(*f.store, "a", "1");
    use::put(*f.store, "c", "3");
    const auto under = f.store->view();
    StoreOverlay overlay(under);
    overlay.add(use::change("b", "2"));
    overlay.add(use::change("c", "4"));
    overlay.add(use::removal("a"));
    CHECK_FALSE(use::value_of(overlay, "a"));
    CHECK(use::value_of(overlay, "b") == "2");
    CHECK(use::value_of(overlay, "c") == "4");
    CHECK_FALSE(use::value_of(overlay, "b", Family::rowidx));
    CHECK(f.walk(overlay, all(Family::rowidx), Order::ascending).empty());
    CHECK(use::value_of(*under, "a") == "1");
    CHECK(use::value_of(*f.store->view(), "c") == "3");
    overlay.add(use::change("a", "5"));
    CHECK(use::value_of(overlay, "a") == "5");
    CHECK(overlay.sequence() == under->sequence());
}

TEST_CASE("an overlay walks as a store walks that has the changes", "[storage]") {
    std::mt19937 random(20'261'129);  // NOLINT: the same changes every time
    const auto below = [&](std::size_t n) { return random() % n; };
    const auto key = [&] { return std::string(1 + below(2), static_cast<char>('a' + below(6))); };
    for (int round = 0; round < 200; ++round) {
        Fixture f;
        std::map<std::string, std::string> expected;
        for (std::size_t i = below(12); i > 0; --i) {
            const auto k = key();
            use::put(*f.store, k, "under");
            expected[k] = "under";
        }
        StoreOverlay overlay(f.store->view());
        for (std::size_t i = below(12); i > 0; --i) {
            const auto k = key();
            if (below(3) == 0) {
                overlay.add(use::removal(k));
                expected.erase(k);
            } else {
                overlay.add(use::change(k, std::to_string(i)));
                expected[k] = std::to_string(i);
            }
        }
        for (int walk = 0; walk < 4; ++walk) {
            auto lower = below(2) == 0 ? std::string{} : key();
            auto upper = below(2) == 0 ? std::string{} : key();
            if (!upper.empty() && upper < lower) std::swap(lower, upper);
            const KeyRange range{Family::rows, lower, upper};
            std::vector<std::pair<std::string, std::string>> wanted;
            for (const auto& entry : expected) {
                if (entry.first < range.lower) continue;
                if (range.upper.empty() || entry.first < range.upper) wanted.push_back(entry);
            }
            INFO("round " << round << " from '" << range.lower << "' to '" << range.upper << "'");
            CHECK(f.walk(overlay, range, Order::ascending) == wanted);
            std::reverse(wanted.begin(), wanted.end());
            CHECK(f.walk(overlay, range, Order::descending) == wanted);
        }
    }
}

}  // namespace store_overlay_test
