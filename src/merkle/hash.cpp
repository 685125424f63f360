#include "merkle/hash.hpp"

#include "crypto/sha256.hpp"

namespace rookery::merkle {
namespace {

constexpr std::uint8_t leaf_prefix[] = {0x00};
constexpr std::uint8_t node_prefix = 0x01;

}  // namespace

Digest hash_leaf(ByteView leaf) { return crypto::sha256({ByteView{leaf_prefix}, leaf}); }

Digest hash_node(const Digest& left, const Digest& right) {
    // One contiguous input: one call into OpenSSL instead of three.
    ByteArray<65> input;
    input[0] = node_prefix;
    std::memcpy(input.data() + 1, left.data(), left.size());
    std::memcpy(input.data() + 33, right.data(), right.size());
    return crypto::sha256(ByteView{input});
}

Digest empty_root() { return crypto::sha256(ByteView{}); }

}  // namespace rookery::merkle
