#include "ledger/row_freshness.hpp"

#include "base/random.hpp"
#include "storage/row_key.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <thread>

namespace row_freshness_test {

using namespace rookery;
using namespace rookery::ledger;
using storage::Family;

namespace {

/// The value of a tombstone with this tag, which is all that is looked at: docs/formats/row.md.
std::string value_with(const Digest& tag) {
    StringWriter out(64);
    out.u8(2).u64(1).u16(0).u32(1).bytes(tag).u64(1).u8(0);
    return std::move(out).take();
}

class FakeView final : public storage::StoreView {
 public:
    explicit FakeView(std::map<std::string, std::string> rows) : rows_(std::move(rows)) {}

    [[nodiscard]] Result<bool> get(
        Family, std::string_view key, const std::function<void(std::string_view)>& use
    ) const override {
        const auto found = rows_.find(std::string(key));
        if (found == rows_.end()) return false;
        use(found->second);
        return true;
    }

    [[nodiscard]] std::unique_ptr<storage::Cursor> scan(const storage::KeyRange&, storage::Order)
        const override {
        return nullptr;
    }

    [[nodiscard]] std::uint64_t sequence() const override { return 0; }

 private:
    std::map<std::string, std::string> rows_;
};

Digest tag_of(int number) {
    Digest out{};
    out.fill(static_cast<std::uint8_t>(number + 10));
    return out;
}

/// A table of rows with a disk beneath it that a test writes to.
struct Scene {
    storage::RowRef row(std::uint32_t number) const {
        storage::RowRef out{7, {}};
        for (std::size_t i = 0; i < 4; ++i) {
            out.id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
        }
        return out;
    }

    void write(const storage::RowRef& ref, const Digest* tag) {
        RowWrite write;
        write.ref = ref;
        if (tag != nullptr) {
            write.encoded.value = value_with(*tag);
            write.encoded.tag = *tag;
            disk[storage::row_key(ref)] = write.encoded.value;
        } else {
            disk.erase(storage::row_key(ref));
        }
        const RowWrite* const only = &write;
        freshness.written({&only, 1}, std::make_shared<FakeView>(disk));
    }

    /// Past the ledger, whose next commit publishes it.
    void put_back(const storage::RowRef& ref, const Digest* tag) {
        if (tag != nullptr) {
            disk[storage::row_key(ref)] = value_with(*tag);
        } else {
            disk.erase(storage::row_key(ref));
        }
        freshness.written({}, std::make_shared<FakeView>(disk));
    }

    std::map<std::string, std::string> disk;
    SystemRandom random;
    RowFreshness freshness{random};
};

StaleRow only(std::vector<StaleRow> found) {
    REQUIRE(found.size() == 1);
    return found.front();
}

}  // namespace

TEST_CASE("an older row under a newer view is found, once, and is the only one", "[ledger]") {
    Scene scene;
    const auto row = scene.row(1);
    const auto old = tag_of(1);
    const auto fresh = tag_of(2);
    scene.write(row, &old);
    scene.write(row, &fresh);
    CHECK(scene.freshness.agrees(row, &fresh));
    scene.put_back(row, &old);
    CHECK_FALSE(scene.freshness.agrees(row, &old));
    CHECK_FALSE(scene.freshness.agrees(row, &old));
    CHECK(scene.freshness.stale_count() == 1);
    const auto found = only(scene.freshness.take_stale());
    CHECK(found.row == row);
    CHECK(found.kind == StaleRow::Kind::older);
    CHECK(scene.freshness.take_stale().empty());
    const auto newest = tag_of(3);
    scene.write(row, &newest);
    CHECK(scene.freshness.agrees(row, &newest));
}

TEST_CASE("an older view shows older rows rightly", "[ledger]") {
    Scene scene;
    const auto row = scene.row(1);
    const auto old = tag_of(1);
    const auto fresh = tag_of(2);
    scene.write(row, &old);
    scene.write(row, &fresh);
    CHECK(scene.freshness.agrees(row, &old));     // a reader of a view from before
    CHECK(scene.freshness.agrees(row, nullptr));  // and one from before it was made
    CHECK(scene.freshness.stale_count() == 0);
}

TEST_CASE("a removed row that is put back, and one taken away, are found", "[ledger]") {
    Scene scene;
    const auto tag = tag_of(1);
    SECTION("removed without a trace, and put back") {
        const auto row = scene.row(1);
        scene.write(row, &tag);
        scene.write(row, nullptr);
        CHECK(scene.freshness.agrees(row, nullptr));
        scene.put_back(row, &tag);
        CHECK_FALSE(scene.freshness.agrees(row, &tag));
        CHECK(only(scene.freshness.take_stale()).kind == StaleRow::Kind::stray);
    }
    SECTION("taken away") {
        const auto row = scene.row(2);
        scene.write(row, &tag);
        scene.put_back(row, nullptr);
        CHECK_FALSE(scene.freshness.agrees(row, nullptr));
        CHECK(only(scene.freshness.take_stale()).kind == StaleRow::Kind::missing);
    }
}

TEST_CASE(
    "the first sight of a row counts until all were seen, and none does from then on", "[ledger]"
) {
    Scene scene;
    const auto seen = scene.row(1);
    const auto later = scene.row(2);
    const auto tag = tag_of(1);
    scene.put_back(seen, &tag);
    CHECK(scene.freshness.agrees(seen, &tag));
    scene.freshness.all_seen();
    CHECK(scene.freshness.knows_all());
    CHECK(scene.freshness.agrees(later, nullptr));
    scene.put_back(later, &tag);
    CHECK_FALSE(scene.freshness.agrees(later, &tag));
    CHECK(only(scene.freshness.take_stale()).kind == StaleRow::Kind::stray);
    // One that is only planned is in no durable state, and nobody's finding.
    const auto planned = scene.row(3);
    CHECK(scene.freshness.agrees(planned, &tag));
}

TEST_CASE(
    "a row that something else knows to be older agrees with nothing until it is written",
    "[ledger]"
) {
    Scene scene;
    const auto row = scene.row(1);
    const auto old = tag_of(1);
    scene.put_back(row, &old);
    CHECK(scene.freshness.agrees(row, &old));
    SECTION("as it is") {
        scene.freshness.condemn({row, StaleRow::Kind::older}, &old);
        CHECK_FALSE(scene.freshness.agrees(row, &old));
        const auto fresh = tag_of(2);
        scene.write(row, &fresh);
        CHECK(scene.freshness.agrees(row, &fresh));
    }
    SECTION("written since it was looked at") {
        const auto fresh = tag_of(2);
        scene.write(row, &fresh);
        scene.freshness.condemn({row, StaleRow::Kind::older}, &old);
        CHECK(scene.freshness.agrees(row, &fresh));
    }
    CHECK(scene.freshness.stale_count() == 1);
}

TEST_CASE("a million rows take 24 bytes each at most, and none is forgotten", "[ledger]") {
    Scene scene;
    constexpr std::uint32_t rows = 1'000'000;
    for (std::uint32_t i = 0; i < rows; ++i) {
        auto tag = tag_of(1);
        tag[0] = static_cast<std::uint8_t>(i % 251);
        if (!scene.freshness.agrees(scene.row(i), &tag)) FAIL(i);
    }
    CHECK(scene.freshness.rows() == rows);
    CHECK(scene.freshness.bytes() <= 24 * std::size_t{rows});
    scene.put_back(scene.row(rows - 1), nullptr);
    CHECK_FALSE(scene.freshness.agrees(scene.row(rows - 1), nullptr));
}

TEST_CASE("more rows than are remembered are never all known", "[ledger]") {
    SystemRandom random;
    RowFreshness freshness(random, 2);
    const Scene scene;
    const auto tag = tag_of(1);
    for (std::uint32_t i = 0; i < 3; ++i) CHECK(freshness.agrees(scene.row(i), &tag));
    freshness.all_seen();
    CHECK_FALSE(freshness.knows_all());
    CHECK(freshness.rows() == 2);
}

TEST_CASE("readers of one row while it is written find nothing", "[ledger]") {
    Scene scene;
    const auto row = scene.row(1);
    std::vector<Digest> tags;
    for (int i = 0; i < 200; ++i) tags.push_back(tag_of(i));
    scene.write(row, &tags.front());
    std::atomic<std::size_t> newest{0};
    std::atomic<bool> wrong{false};
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            while (newest + 1 < tags.size()) {
                if (!scene.freshness.agrees(row, &tags[newest])) wrong = true;
            }
        });
    }
    for (std::size_t i = 1; i < tags.size(); ++i) {
        scene.write(row, &tags[i]);
        newest = i;
    }
    for (auto& reader : readers) reader.join();
    CHECK_FALSE(wrong);
    CHECK(scene.freshness.stale_count() == 0);
}

}  // namespace row_freshness_test
