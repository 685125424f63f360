#include "merkle/proof.hpp"

#include "merkle/hash.hpp"

#include <bit>

namespace rookery::merkle {
namespace {

auto refuse() { return fail(Errc::integrity, "integrity check failed"); }

/// Largest power of two below n. Precondition: n > 1.
std::uint64_t split(std::uint64_t n) { return std::bit_floor(n - 1); }

/// Root of the leaves begin up to begin + count - 1. Precondition: count > 0 and begin is a multiple
/// of the largest power of two that is at most count, as in every subtree of RFC 9162.
Result<Digest> subtree(std::uint64_t begin, std::uint64_t count, const HashReader& reader) {
    if (std::has_single_bit(count)) {
        const auto level = static_cast<unsigned>(std::countr_zero(count));
        return reader.node(level, begin >> level);
    }
    const auto left_count = split(count);
    ROOKERY_TRY(const auto left, subtree(begin, left_count, reader));
    ROOKERY_TRY(const auto right, subtree(begin + left_count, count - left_count, reader));
    return hash_node(left, right);
}

}  // namespace

Result<Digest> root_at(std::uint64_t size, const HashReader& reader) {
    if (size == 0) return empty_root();
    return subtree(0, size, reader);
}

Result<Proof> prove_inclusion(std::uint64_t index, std::uint64_t size, const HashReader& reader) {
    if (index >= size) return fail(Errc::invalid_argument, "no such entry in a log of this size");
    // RFC 9162 section 2.1.3.1, from the root downward; the proof is in the other order.
    Proof down;
    std::uint64_t begin = 0;
    for (auto count = size; count > 1;) {
        const auto left = split(count);
        if (index - begin < left) {
            ROOKERY_TRY(const auto sibling, subtree(begin + left, count - left, reader));
            down.push_back(sibling);
            count = left;
        } else {
            ROOKERY_TRY(const auto sibling, subtree(begin, left, reader));
            down.push_back(sibling);
            begin += left;
            count -= left;
        }
    }
    return Proof(down.rbegin(), down.rend());
}

Result<void> check_inclusion(
    std::uint64_t index, const Digest& leaf_hash, std::uint64_t size, const Digest& root,
    std::span<const Digest> proof
) {
    if (index >= size) return refuse();
    auto fn = index;
    auto sn = size - 1;
    auto r = leaf_hash;
    for (const auto& p : proof) {
        if (sn == 0) return refuse();
        if ((fn & 1) != 0 || fn == sn) {
            r = hash_node(p, r);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = hash_node(r, p);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0 || r != root) return refuse();
    return {};
}

Result<Proof> prove_consistency(
    std::uint64_t old_size, std::uint64_t size, const HashReader& reader
) {
    if (old_size > size) {
        return fail(Errc::invalid_argument, "the log never had this size");
    }
    if (old_size == size || old_size == 0) return Proof{};
    // RFC 9162 section 2.1.4.1, SUBPROOF, from the root downward.
    Proof down;
    std::uint64_t begin = 0;
    auto count = size;
    auto old = old_size;         // leaves of the old tree below this node
    bool old_root_known = true;  // the node's old root is the whole old root, which the checker has
    while (old != count) {
        const auto left = split(count);
        if (old <= left) {
            ROOKERY_TRY(const auto sibling, subtree(begin + left, count - left, reader));
            down.push_back(sibling);
            count = left;
        } else {
            ROOKERY_TRY(const auto sibling, subtree(begin, left, reader));
            down.push_back(sibling);
            begin += left;
            count -= left;
            old -= left;
            old_root_known = false;
        }
    }
    if (!old_root_known) {
        ROOKERY_TRY(const auto node, subtree(begin, count, reader));
        down.push_back(node);
    }
    return Proof(down.rbegin(), down.rend());
}

Result<void> check_consistency(
    std::uint64_t old_size, const Digest& old_root, std::uint64_t size, const Digest& root,
    std::span<const Digest> proof
) {
    if (old_size > size) return refuse();
    if (old_size == size) {
        if (!proof.empty() || old_root != root) return refuse();
        return {};
    }
    if (old_size == 0) {
        if (!proof.empty() || old_root != empty_root()) return refuse();
        return {};
    }
    auto rest = proof;
    auto fn = old_size - 1;
    auto sn = size - 1;
    while ((fn & 1) != 0) {
        fn >>= 1;
        sn >>= 1;
    }
    auto fr = old_root;
    if (fn !=
        0) {  // the old tree is not a complete subtree of the new one: its last one comes first
        if (rest.empty()) return refuse();
        fr = rest.front();
        rest = rest.subspan(1);
    }
    auto sr = fr;
    for (const auto& c : rest) {
        if (sn == 0) return refuse();
        if ((fn & 1) != 0 || fn == sn) {
            fr = hash_node(c, fr);
            sr = hash_node(c, sr);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = hash_node(sr, c);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0 || fr != old_root || sr != root) return refuse();
    return {};
}

}  // namespace rookery::merkle
