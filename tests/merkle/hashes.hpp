// A tree kept as plain vectors of hashes, and the tree hash by its definition: what the module is
// compared with.
#pragma once

#include "base/bytes.hpp"
#include "crypto/sha256.hpp"
#include "merkle/root_at.hpp"

#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace rookery::merkle {

inline Digest digest_of(std::string_view hex) {
    Digest out{};
    const auto bytes = from_hex(hex).value();
    std::memcpy(out.data(), bytes.data(), out.size());
    return out;
}

inline Bytes leaf_number(std::uint64_t i) {
    ByteWriter out;
    out.u64(i);
    return std::move(out).take();
}

/// RFC 9162 section 2.1.1, word by word.
inline Digest naive_root(const std::vector<Bytes>& leaves, std::size_t begin, std::size_t end) {
    if (begin == end) return crypto::sha256(ByteView{});
    const std::uint8_t zero[] = {0};
    const std::uint8_t one[] = {1};
    if (end - begin == 1) return crypto::sha256({ByteView{zero}, ByteView{leaves[begin]}});
    std::size_t k = 1;
    while (k * 2 < end - begin) k *= 2;
    const auto left = naive_root(leaves, begin, begin + k);
    const auto right = naive_root(leaves, begin + k, end);
    return crypto::sha256({ByteView{one}, ByteView{left}, ByteView{right}});
}

/// Every complete node, by level and index.
class HashTable final : public HashReader {
 public:
    void add(std::span<const Digest> completed, std::uint64_t leaf) {
        for (std::size_t level = 0; level < completed.size(); ++level) {
            if (levels_.size() <= level) levels_.resize(level + 1);
            if (levels_[level].size() != leaf >> level) throw std::logic_error("wrong node count");
            levels_[level].push_back(completed[level]);
        }
    }

    [[nodiscard]] Result<Digest> node(unsigned level, std::uint64_t index) const override {
        if (level >= levels_.size() || index >= levels_[level].size()) {
            return fail(Errc::internal, "asked for a node that is not complete");
        }
        return levels_[level][index];
    }

 private:
    std::vector<std::vector<Digest>> levels_;
};

}  // namespace rookery::merkle
