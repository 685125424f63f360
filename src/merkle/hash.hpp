// The two hashes of the tree (RFC 9162 section 2.1.1, SHA-256). Pure; thread-safe.
#pragma once

#include "base/bytes.hpp"

namespace rookery::merkle {

/// SHA-256(0x00 || leaf).
[[nodiscard]] Digest hash_leaf(ByteView leaf);
/// SHA-256(0x01 || left || right).
[[nodiscard]] Digest hash_node(const Digest& left, const Digest& right);
/// The root of a tree without leaves: SHA-256 of nothing.
[[nodiscard]] Digest empty_root();

}  // namespace rookery::merkle
