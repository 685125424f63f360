// Frontier: all a writer must remember of a tree to append to it: one hash per set bit of the size,
// each the root of a complete subtree, the largest (leftmost) having the highest bit.
//
// Used by the log's writer and by the verifier. A value: copy it, append to the copy, keep the one
// whose leaves became durable. Costs one node hash per append on average.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace rookery::merkle {

class Frontier {
 public:
    Frontier() = default;

    /// Adds a leaf by its leaf hash. Returns the nodes that it completes, level 0 (the leaf hash
    /// itself) upward; valid until the next call. Their number is completed_nodes(size() before).
    std::span<const Digest> append(const Digest& leaf_hash);

    [[nodiscard]] std::uint64_t size() const { return size_; }

    [[nodiscard]] Digest root() const;

    /// Gives `use` one hash per set bit of size(), lowest bit first.
    template <class Use>
    void each_hash(Use use) const {
        for (std::size_t level = 0; level < at_.size(); ++level) {
            if ((size_ >> level & 1) != 0) use(at_[level]);
        }
    }

    /// The same as a list.
    [[nodiscard]] std::vector<Digest> hashes() const;
    /// What hashes() gave. Errc::integrity when their number does not fit the size.
    [[nodiscard]] static Result<Frontier> from(std::uint64_t size, std::span<const Digest> hashes);

    friend bool operator==(const Frontier& a, const Frontier& b) {
        return a.size_ == b.size_ && a.at_ == b.at_;
    }

 private:
    std::uint64_t size_ = 0;
    std::vector<Digest> at_;         // by level; zero where the size has no bit
    std::vector<Digest> completed_;  // by the latest append
};

/// How many nodes the leaf at `index` completes: 1 + the trailing one bits of index.
[[nodiscard]] unsigned completed_nodes(std::uint64_t index);

}  // namespace rookery::merkle
