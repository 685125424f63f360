// Inclusion and consistency proofs (RFC 9162 sections 2.1.3 and 2.1.4). Pure arithmetic over hashes
// that a HashReader fetches; thread-safe when the reader is.
//
// Every failed check is the same error, Errc::integrity. A question that makes no sense (an index
// outside the tree) is Errc::invalid_argument when proving and Errc::integrity when checking.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace rookery::merkle {

/// Where complete nodes come from: a store, tiles, or a vector in a test.
class HashReader {
 public:
    virtual ~HashReader() = default;
    /// The node at `level` over the leaves index·2^level up to (index + 1)·2^level - 1. Asked only
    /// for nodes whose leaves all exist.
    [[nodiscard]] virtual Result<Digest> node(unsigned level, std::uint64_t index) const = 0;
};

using Proof = std::vector<Digest>;  // at most 64 (inclusion) or 65 (consistency) hashes

/// Root of the first `size` leaves; at most log2(size) + 1 reads.
[[nodiscard]] Result<Digest> root_at(std::uint64_t size, const HashReader& reader);

/// Sibling hashes from the leaf upward. Errc::invalid_argument unless index < size.
[[nodiscard]] Result<Proof> prove_inclusion(
    std::uint64_t index, std::uint64_t size, const HashReader& reader
);
/// RFC 9162 section 2.1.3.2.
[[nodiscard]] Result<void> check_inclusion(
    std::uint64_t index, const Digest& leaf_hash, std::uint64_t size, const Digest& root,
    std::span<const Digest> proof
);

/// Empty when the sizes are equal or the old one is 0. Errc::invalid_argument unless old <= size.
[[nodiscard]] Result<Proof> prove_consistency(
    std::uint64_t old_size, std::uint64_t size, const HashReader& reader
);
/// RFC 9162 section 2.1.4.2; the tree of size 0 is consistent with every other.
[[nodiscard]] Result<void> check_consistency(
    std::uint64_t old_size, const Digest& old_root, std::uint64_t size, const Digest& root,
    std::span<const Digest> proof
);

}  // namespace rookery::merkle
