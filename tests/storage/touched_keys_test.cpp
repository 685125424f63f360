#include "storage/touched_keys.hpp"

#include <catch2/catch.hpp>

namespace touched_keys_test {

using namespace rookery;
using namespace rookery::storage;

namespace {

/// A view that only has its place among the commits.
class NumberedView final : public StoreView {
 public:
    explicit NumberedView(std::uint64_t sequence) : sequence_(sequence) {}

    [[nodiscard]] Result<bool>
    get(Family, std::string_view, const std::function<void(std::string_view)>&) const override {
        return false;
    }

    [[nodiscard]] std::unique_ptr<Cursor> scan(const KeyRange&, Order) const override {
        return nullptr;
    }

    [[nodiscard]] std::uint64_t sequence() const override { return sequence_; }

 private:
    std::uint64_t sequence_;
};

Guards on_key(std::uint64_t sequence, std::string key, Family family = Family::rows) {
    Guards guards;
    guards.view = std::make_shared<NumberedView>(sequence);
    guards.keys.emplace_back(family, std::move(key));
    return guards;
}

Guards on_range(
    std::uint64_t sequence, std::string lower, std::string upper, Family family = Family::rowidx
) {
    Guards guards;
    guards.view = std::make_shared<NumberedView>(sequence);
    guards.ranges.push_back({family, std::move(lower), std::move(upper)});
    return guards;
}

void commit(TouchedKeys& touched, Family family, std::string_view key, std::uint64_t sequence) {
    touched.touch(family, key, sequence);
    touched.keep(sequence);
}

}  // namespace

TEST_CASE("a guard fails when a later commit touched its key, and only then", "[storage]") {
    TouchedKeys touched(100);
    commit(touched, Family::rows, "a", 5);
    CHECK_FALSE(touched.hold(on_key(4, "a")));
    CHECK(touched.hold(on_key(5, "a")));
    CHECK(touched.hold(on_key(4, "b")));
    CHECK(touched.hold(on_key(4, "a", Family::rowidx)));
}

TEST_CASE("a range fails when a later commit touched a key in it, and only then", "[storage]") {
    TouchedKeys touched(100);
    commit(touched, Family::rowidx, "b", 5);
    CHECK_FALSE(touched.hold(on_range(4, "a", "c")));
    CHECK_FALSE(touched.hold(on_range(4, "b", "c")));
    CHECK_FALSE(touched.hold(on_range(4, "a", "")));  // no upper end
    CHECK(touched.hold(on_range(4, "a", "b")));
    CHECK(touched.hold(on_range(4, "c", "d")));
    CHECK(touched.hold(on_range(4, "b", "b")));
    CHECK(touched.hold(on_range(5, "a", "c")));
    CHECK(touched.hold(on_range(4, "a", "c", Family::rows)));
}

TEST_CASE("the commit in the making counts at once", "[storage]") {
    TouchedKeys touched(100);
    touched.touch(Family::rows, "a", 6);
    CHECK_FALSE(touched.hold(on_key(5, "a")));
}

TEST_CASE("a commit that never happened leaves no trace", "[storage]") {
    TouchedKeys touched(100);
    commit(touched, Family::rows, "a", 5);
    touched.touch(Family::rows, "a", 6);
    touched.touch(Family::rows, "b", 6);
    touched.undo();
    CHECK(touched.hold(on_key(5, "a")));
    CHECK(touched.hold(on_key(5, "b")));
    CHECK_FALSE(touched.hold(on_key(4, "a")));
    CHECK(touched.size() == 1);
}

TEST_CASE("what no view asks about any more is forgotten", "[storage]") {
    TouchedKeys touched(100);
    commit(touched, Family::rows, "a", 5);
    commit(touched, Family::rows, "b", 6);
    commit(touched, Family::rows, "a", 7);
    touched.forget_before(6);
    CHECK(touched.size() == 1);
    CHECK_FALSE(touched.hold(on_key(6, "a")));
    CHECK(touched.hold(on_key(6, "b")));
    touched.forget_before(7);
    CHECK(touched.size() == 0);
}

TEST_CASE("a view from before what is known never holds", "[storage]") {
    TouchedKeys touched(100);
    commit(touched, Family::rows, "a", 5);
    touched.forget_before(5);
    CHECK_FALSE(touched.hold(on_key(4, "z")));
    CHECK(touched.hold(on_key(5, "z")));
}

TEST_CASE(
    "above the bound the oldest commits are forgotten and their views are stale", "[storage]"
) {
    TouchedKeys touched(2);
    commit(touched, Family::rows, "a", 1);
    commit(touched, Family::rows, "b", 2);
    commit(touched, Family::rows, "c", 3);
    CHECK(touched.size() == 2);
    CHECK_FALSE(touched.hold(on_key(0, "z")));
    CHECK(touched.hold(on_key(1, "z")));
    CHECK_FALSE(touched.hold(on_key(1, "b")));
}

TEST_CASE("guards that cannot be checked do not hold, empty ones do", "[storage]") {
    TouchedKeys touched(100);
    CHECK(touched.hold(Guards{}));
    CHECK_FALSE(touched.hold(on_key(0, "a", Family::log)));
    CHECK_FALSE(touched.hold(on_key(0, "a", Family::meta)));
    CHECK_FALSE(touched.hold(on_range(0, "a", "b", Family::log)));
    auto without_view = on_key(0, "a");
    without_view.view = nullptr;
    CHECK_FALSE(touched.hold(without_view));
}

TEST_CASE("log and meta keys are not kept", "[storage]") {
    TouchedKeys touched(100);
    commit(touched, Family::log, "a", 1);
    commit(touched, Family::meta, "a", 2);
    CHECK(touched.size() == 0);
}

}  // namespace touched_keys_test
