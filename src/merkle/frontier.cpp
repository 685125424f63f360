#include "merkle/frontier.hpp"

#include "base/integrity_failure.hpp"
#include "merkle/hash.hpp"

#include <bit>

namespace rookery::merkle {

unsigned completed_nodes(std::uint64_t index) {
    return static_cast<unsigned>(std::countr_one(index)) + 1;
}

std::span<const Digest> Frontier::append(const Digest& leaf_hash) {
    completed_.clear();
    completed_.push_back(leaf_hash);
    std::size_t level = 0;
    for (auto rest = size_; (rest & 1) != 0; rest >>= 1) {
        completed_.push_back(hash_node(at_[level], completed_.back()));
        ++level;
    }
    if (at_.size() <= level) at_.resize(level + 1);
    at_[level] = completed_.back();
    // Levels below are not part of the frontier any more; zeroed, so that equal frontiers are equal.
    for (std::size_t below = 0; below < level; ++below) at_[below] = Digest{};
    ++size_;
    return completed_;
}

Digest Frontier::root() const {
    if (size_ == 0) return empty_root();
    auto level = static_cast<std::size_t>(std::countr_zero(size_));
    auto root = at_[level];
    for (++level; level < at_.size(); ++level) {
        if ((size_ >> level & 1) != 0) root = hash_node(at_[level], root);
    }
    return root;
}

std::vector<Digest> Frontier::hashes() const {
    std::vector<Digest> out;
    out.reserve(static_cast<std::size_t>(std::popcount(size_)));
    each_hash([&](const Digest& hash) { out.push_back(hash); });
    return out;
}

Result<Frontier> Frontier::from(std::uint64_t size, std::span<const Digest> hashes) {
    if (static_cast<std::size_t>(std::popcount(size)) != hashes.size()) {
        return integrity_failure();
    }
    Frontier out;
    out.size_ = size;
    out.at_.resize(static_cast<std::size_t>(std::bit_width(size)));
    std::size_t next = 0;
    for (std::size_t level = 0; level < out.at_.size(); ++level) {
        if ((size >> level & 1) != 0) out.at_[level] = hashes[next++];
    }
    return out;
}

}  // namespace rookery::merkle
