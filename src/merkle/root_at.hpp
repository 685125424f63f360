// The root of a tree as it was at an earlier size (RFC 9162 section 2.1.1). Pure arithmetic over hashes that a
// HashReader fetches; thread-safe when the reader is.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>

namespace rookery::merkle {

/// Where complete nodes come from: a store, tiles, or a vector in a test.
class HashReader {
 public:
    virtual ~HashReader() = default;
    /// The node at `level` over the leaves index·2^level up to (index + 1)·2^level - 1. Asked only
    /// for nodes whose leaves all exist.
    [[nodiscard]] virtual Result<Digest> node(unsigned level, std::uint64_t index) const = 0;
};

/// Root of the first `size` leaves; at most log2(size) + 1 reads.
[[nodiscard]] Result<Digest> root_at(std::uint64_t size, const HashReader& reader);

/// Root of the first `size` leaves, computed from the very nodes that root_at(earlier) is made of and those between
/// them and the end: if it is the root that is known for `size`, the leaves below `earlier` are those of root_at(earlier)
/// (the nodes of a consistency proof, RFC 9162 section 2.1.4). Precondition: earlier <= size.
[[nodiscard]] Result<Digest> root_through(
    std::uint64_t earlier, std::uint64_t size, const HashReader& reader
);

}  // namespace rookery::merkle
