#include "merkle/root_at.hpp"

#include "merkle/frontier.hpp"
#include "merkle/hash.hpp"
#include "merkle/hashes.hpp"

#include <catch2/catch.hpp>

namespace rookery::merkle {
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

TEST_CASE("a reader that fails makes the root fail", "[merkle]") {
    const auto grown = grow(5);
    REQUIRE_FALSE(root_at(6, grown.table));
}

}  // namespace
}  // namespace rookery::merkle
