#include "merkle/proof.hpp"

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

TEST_CASE("every inclusion proof at every size is the RFC's and checks", "[merkle]") {
    const auto grown = grow(size_max);
    for (std::size_t size = 1; size <= size_max; ++size) {
        // The definition costs n hashes a proof: compared on every size up to 70 and some beyond.
        const bool compare = size <= 70 || size % 61 == 0;
        for (std::size_t i = 0; i < size; ++i) {
            const auto proof = prove_inclusion(i, size, grown.table).value();
            const auto leaf = hash_leaf(grown.leaves[i]);
            if (!check_inclusion(i, leaf, size, grown.roots[size], proof)) {
                FAIL("size " << size << " leaf " << i);
            }
            if (compare && proof != naive_path(grown.leaves, i, 0, size)) {
                FAIL("size " << size << " leaf " << i << " is not the RFC's path");
            }
            if (size > 1 && check_inclusion((i + 1) % size, leaf, size, grown.roots[size], proof)) {
                FAIL("proof of " << i << " passes for its neighbour at size " << size);
            }
        }
    }
}

TEST_CASE("every consistency proof at every size is the RFC's and checks", "[merkle]") {
    const auto grown = grow(size_max);
    for (std::size_t size = 0; size <= size_max; ++size) {
        const bool compare = size <= 70 || size % 61 == 0;
        for (std::size_t old = 0; old <= size; ++old) {
            const auto proof = prove_consistency(old, size, grown.table).value();
            if (!check_consistency(old, grown.roots[old], size, grown.roots[size], proof)) {
                FAIL("size " << size << " old " << old);
            }
            if (compare && old > 0 && proof != naive_subproof(grown.leaves, old, 0, size, true)) {
                FAIL("size " << size << " old " << old << " is not the RFC's proof");
            }
            auto other = grown.roots[old];
            other[7] ^= 1;
            if (check_consistency(old, other, size, grown.roots[size], proof)) {
                FAIL("another old root passes: size " << size << " old " << old);
            }
        }
    }
}

TEST_CASE("a changed, cut or lengthened inclusion proof is refused", "[merkle]") {
    const auto grown = grow(77);
    for (const std::size_t i : {0U, 1U, 38U, 63U, 64U, 76U}) {
        const auto leaf = hash_leaf(grown.leaves[i]);
        const auto& root = grown.roots[77];
        const auto good = prove_inclusion(i, 77, grown.table).value();
        REQUIRE(check_inclusion(i, leaf, 77, root, good));
        for (std::size_t k = 0; k < good.size(); ++k) {
            auto bad = good;
            bad[k][31] ^= 0x80;
            const auto result = check_inclusion(i, leaf, 77, root, bad);
            REQUIRE_FALSE(result);
            REQUIRE(result.error().code == Errc::integrity);
            bad = good;
            bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(k));
            REQUIRE_FALSE(check_inclusion(i, leaf, 77, root, bad));
        }
        auto longer = good;
        longer.push_back(root);
        REQUIRE_FALSE(check_inclusion(i, leaf, 77, root, longer));
        longer.assign(100, root);
        REQUIRE_FALSE(check_inclusion(i, leaf, 77, root, longer));
        REQUIRE_FALSE(check_inclusion(i, hash_leaf(leaf_number(i + 1)), 77, root, good));
        REQUIRE_FALSE(check_inclusion(i, leaf, 77, grown.roots[76], good));
        REQUIRE_FALSE(check_inclusion(77, leaf, 77, root, good));
        REQUIRE_FALSE(check_inclusion(0, leaf, 0, root, good));
    }
}

TEST_CASE("a changed, cut or lengthened consistency proof is refused", "[merkle]") {
    const auto grown = grow(77);
    for (const std::size_t old : {1U, 2U, 6U, 32U, 63U, 64U, 65U, 76U}) {
        const auto& from = grown.roots[old];
        const auto& to = grown.roots[77];
        const auto good = prove_consistency(old, 77, grown.table).value();
        for (std::size_t k = 0; k < good.size(); ++k) {
            auto bad = good;
            bad[k][0] ^= 1;
            const auto result = check_consistency(old, from, 77, to, bad);
            REQUIRE_FALSE(result);
            REQUIRE(result.error().code == Errc::integrity);
            bad = good;
            bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(k));
            REQUIRE_FALSE(check_consistency(old, from, 77, to, bad));
        }
        auto longer = good;
        longer.push_back(to);
        REQUIRE_FALSE(check_consistency(old, from, 77, to, longer));
        REQUIRE_FALSE(check_consistency(old, from, 77, grown.roots[75], good));
        REQUIRE_FALSE(check_consistency(old, from, 77, to, {}));
    }
    // Equal sizes need equal roots; a shrunk log is never consistent.
    REQUIRE_FALSE(check_consistency(77, grown.roots[76], 77, grown.roots[77], {}));
    REQUIRE_FALSE(check_consistency(77, grown.roots[77], 76, grown.roots[76], {}));
    REQUIRE_FALSE(check_consistency(0, grown.roots[1], 77, grown.roots[77], {}));
    REQUIRE(check_consistency(0, empty_root(), 77, grown.roots[77], {}));
}

TEST_CASE("a question outside the tree is an invalid argument", "[merkle]") {
    const auto grown = grow(5);
    REQUIRE(prove_inclusion(5, 5, grown.table).error().code == Errc::invalid_argument);
    REQUIRE(prove_inclusion(0, 0, grown.table).error().code == Errc::invalid_argument);
    REQUIRE(prove_consistency(6, 5, grown.table).error().code == Errc::invalid_argument);
}

TEST_CASE("a reader that fails makes the proof fail", "[merkle]") {
    const auto grown = grow(5);
    REQUIRE_FALSE(root_at(6, grown.table));
    REQUIRE_FALSE(prove_inclusion(1, 8, grown.table));
    REQUIRE_FALSE(prove_consistency(3, 8, grown.table));
}

}  // namespace
}  // namespace rookery::merkle
