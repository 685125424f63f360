#include "audit/leaf.hpp"

#include <catch2/catch.hpp>

namespace rookery::audit::leaf_test {
namespace {

Leaf example(std::uint64_t index) {
    Leaf leaf{
        Leaf::newest_format,
        index == 0 ? Leaf::Kind::genesis : Leaf::Kind::event,
        index,
        from_ms(1700000000000),
        {},
        {}};
    leaf.core_commit.fill(1);
    leaf.priv_commit.fill(2);
    return leaf;
}

TEST_CASE("a leaf reads back as it was written", "[audit]") {
    for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX}) {
        for (std::uint8_t format = 1; format <= Leaf::newest_format; ++format) {
            auto leaf = example(index);
            leaf.format = format;
            CHECK(encode(leaf).front() == format);
            CHECK(parse_leaf(encode(leaf)).value() == leaf);
        }
    }
}

TEST_CASE("a leaf of another length, format, kind or flag is refused", "[audit]") {
    const auto good = encode(example(5));
    const auto refused = [](ByteView bytes) {
        const auto leaf = parse_leaf(bytes);
        return !leaf && leaf.error().code == Errc::integrity;
    };
    for (std::size_t n = 0; n < good.size(); ++n) CHECK(refused(ByteView{good}.first(n)));
    Bytes longer(good.begin(), good.end());
    longer.push_back(0);
    CHECK(refused(longer));
    for (std::size_t i = 0; i < 4; ++i) {
        for (int value = 0; value < 256; ++value) {
            auto bad = good;
            bad[i] = static_cast<std::uint8_t>(value);
            CHECK(refused(bad) == (bad != good && !(i == 0 && value == 1)));
        }
    }
    auto distant = good;
    distant[12] = 0x80;
    CHECK(refused(distant));
}

TEST_CASE("a genesis stands at index 0 and nothing else does", "[audit]") {
    auto event_first = example(0);
    event_first.kind = Leaf::Kind::event;
    CHECK_FALSE(parse_leaf(encode(event_first)));
    auto late_genesis = example(3);
    late_genesis.kind = Leaf::Kind::genesis;
    CHECK_FALSE(parse_leaf(encode(late_genesis)));
}

}  // namespace
}  // namespace rookery::audit::leaf_test
