#include "merkle/frontier.hpp"

#include "crypto/sha256.hpp"
#include "merkle/hash.hpp"
#include "merkle/hashes.hpp"

#include <catch2/catch.hpp>

#include <bit>

namespace rookery::merkle::frontier_test {
namespace {

TEST_CASE("the eight inputs of the RFC 6962 test data give its roots", "[merkle]") {
    // Root at eight leaves; the single leaf "" and the empty tree as Certificate Transparency has them.
    const std::vector<std::string> inputs{
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f"};
    REQUIRE(
        to_hex(empty_root()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    Frontier frontier;
    frontier.append(hash_leaf(from_hex(inputs[0]).value()));
    REQUIRE(
        to_hex(frontier.root()) ==
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    );
    for (std::size_t i = 1; i < inputs.size(); ++i) {
        frontier.append(hash_leaf(from_hex(inputs[i]).value()));
    }
    REQUIRE(
        to_hex(frontier.root()) ==
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    );
}

/// The log of docs/formats/checkpoint.md.
Bytes example_leaf(std::uint64_t i) {
    const auto salted = [i](std::string_view label, std::string_view salt, const Bytes& bytes) {
        const auto salt_digest = crypto::sha256(bytes_of(std::string{salt} + std::to_string(i)));
        return crypto::sha256(
            {bytes_of(label), ByteView{std::array<std::uint8_t, 1>{0}}, salt_digest, bytes}
        );
    };
    ByteWriter out{84};
    out.u8(1)
        .u8(1)
        .u16(0)
        .u64(i)
        .u64(1700000000000 + i)
        .bytes(salted("sv1.audit.core", "sc", Bytes(40, static_cast<std::uint8_t>(i))))
        .bytes(salted("sv1.audit.priv", "sp", {}));
    return std::move(out).take();
}

TEST_CASE("the example log of 70000 leaves has its published roots", "[merkle]") {
    Frontier frontier;
    for (std::uint64_t i = 0; i < 70000; ++i) {
        const auto leaf = hash_leaf(example_leaf(i));
        if (i == 0) {
            REQUIRE(
                to_hex(leaf) == "f153cd4c775776a58511b35aef15ececb95585e2ebb1987a6f403804a20bacb9"
            );
        }
        frontier.append(leaf);
        if (frontier.size() == 2) {
            REQUIRE(
                to_hex(frontier.root()) ==
                "8d953ebdfbdc926088d00a6fdd290cc7c03ca46b085d474915eaef11753c6777"
            );
        }
        if (frontier.size() == 257) {
            REQUIRE(
                to_hex(frontier.root()) ==
                "6057563f08b429e05d9b5d4e4fb8a5997c165573a97ea4879dfe5b907b9338bb"
            );
        }
    }
    REQUIRE(to_base64(frontier.root()) == "Jb0OklGvGU6ExMejZEBAA4kg/aSzfPcnwAM/LUW6zPQ=");
}

TEST_CASE("an append returns the leaf and every node that it completes", "[merkle]") {
    Frontier frontier;
    for (std::uint64_t i = 0; i < 64; ++i) {
        const auto leaf = hash_leaf(leaf_number(i));
        const auto completed = frontier.append(leaf);
        REQUIRE(completed.size() == completed_nodes(i));
        REQUIRE(completed.front() == leaf);
        // A completed tree of 2^k leaves has its root last.
        if (std::has_single_bit(i + 1)) REQUIRE(completed.back() == frontier.root());
    }
    REQUIRE(completed_nodes(0) == 1);
    REQUIRE(completed_nodes(1) == 2);
    REQUIRE(completed_nodes(7) == 4);
    REQUIRE(completed_nodes(UINT64_MAX >> 1) == 64);
}

TEST_CASE("a frontier continues from its size and hashes", "[merkle]") {
    Frontier whole;
    for (std::uint64_t i = 0; i < 150; ++i) {
        auto resumed = Frontier::from(whole.size(), whole.hashes()).value();
        REQUIRE(resumed == whole);
        REQUIRE(resumed.root() == whole.root());
        resumed.append(hash_leaf(leaf_number(i)));
        whole.append(hash_leaf(leaf_number(i)));
        REQUIRE(resumed == whole);
    }
}

TEST_CASE("a frontier with too few or too many hashes for its size is refused", "[merkle]") {
    Frontier frontier;
    for (std::uint64_t i = 0; i < 11; ++i) frontier.append(hash_leaf(leaf_number(i)));
    auto hashes = frontier.hashes();
    REQUIRE(hashes.size() == 3);
    REQUIRE(Frontier::from(12, hashes).error().code == Errc::integrity);
    hashes.pop_back();
    REQUIRE(Frontier::from(11, hashes).error().code == Errc::integrity);
    REQUIRE_FALSE(Frontier::from(1, {}));
    REQUIRE(Frontier::from(0, {}).value() == Frontier{});
}

}  // namespace
}  // namespace rookery::merkle::frontier_test
