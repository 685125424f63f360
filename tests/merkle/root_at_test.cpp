#include "merkle/root_at.hpp"

#include "merkle/frontier.hpp"
#include "merkle/hash.hpp"
#include "merkle/hashes.hpp"

#include <catch2/catch.hpp>

namespace rookery::merkle::root_at_test {
namespace {

constexpr std::size_t size_max = 300;

struct Grown {
    std::vector<Bytes> leaves;
    std::vector<Digest> roots{empty_root()};  // by size
    HashTable table;
};

Grown grow(std::size_t size) {
    Grown grown;
    Frontier frontier;
    for (std::size_t i = 0; i < size; ++i) {
        grown.leaves.push_back(leaf_number(i));
        grown.table.add(frontier.append(hash_leaf(grown.leaves.back())), i);
        grown.roots.push_back(frontier.root());
    }
    return grown;
}

TEST_CASE("at every size the root is the one of RFC 9162's definition", "[merkle]") {
    const auto grown = grow(size_max);
    for (std::size_t size = 0; size <= size_max; ++size) {
        REQUIRE(grown.roots[size] == naive_root(grown.leaves, 0, size));
        REQUIRE(root_at(size, grown.table).value() == grown.roots[size]);
    }
}

TEST_CASE(
    "the root through an earlier size is the root, and takes that size's own nodes", "[merkle]"
) {
    constexpr std::uint64_t most = 70;
    const auto grown = grow(most);
    const auto other = [&] {
        // Leaf 0 is another one, and every node above it.
        Grown out;
        Frontier frontier;
        for (std::size_t i = 0; i < most; ++i) {
            out.table.add(frontier.append(hash_leaf(leaf_number(i == 0 ? 1'000'000 : i))), i);
            out.roots.push_back(frontier.root());
        }
        return out;
    }();

    /// The nodes of `other` as far as they are below `border`, else those of `grown`.
    struct Mixed final : HashReader {
        Mixed(const Grown& a, const Grown& b, std::uint64_t size)
            : below(a), rest(b), border(size) {}

        Result<Digest> node(unsigned level, std::uint64_t index) const override {
            const auto& from = ((index + 1) << level) <= border ? below : rest;
            return from.table.node(level, index);
        }

        const Grown& below;
        const Grown& rest;
        std::uint64_t border;
    };

    for (std::uint64_t size = 0; size <= most; ++size) {
        for (std::uint64_t earlier = 0; earlier <= size; ++earlier) {
            REQUIRE(root_through(earlier, size, grown.table).value() == grown.roots[size]);
            if (earlier == 0) continue;
            // Whoever has the earlier root from other nodes does not get the later one.
            const Mixed mixed(other, grown, earlier);
            REQUIRE(root_at(earlier, mixed).value() == other.roots[earlier]);
            REQUIRE(root_through(earlier, size, mixed).value() != grown.roots[size]);
        }
    }
}

TEST_CASE("a reader that fails makes the root fail", "[merkle]") {
    const auto grown = grow(5);
    REQUIRE_FALSE(root_at(6, grown.table));
    REQUIRE_FALSE(root_through(3, 6, grown.table));
}

}  // namespace
}  // namespace rookery::merkle::root_at_test
