#include "merkle/root_at.hpp"

#include "merkle/hash.hpp"

#include <bit>

namespace rookery::merkle {
namespace {

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

/// The same, never with a node over leaves on both sides of `border`.
Result<Digest> subtree_apart(
    std::uint64_t begin, std::uint64_t count, std::uint64_t border, const HashReader& reader
) {
    const bool on_both_sides = begin < border && border < begin + count;
    if (!on_both_sides) return subtree(begin, count, reader);
    const auto left_count = split(count);
    ROOKERY_TRY(const auto left, subtree_apart(begin, left_count, border, reader));
    ROOKERY_TRY(
        const auto right, subtree_apart(begin + left_count, count - left_count, border, reader)
    );
    return hash_node(left, right);
}

}  // namespace

Result<Digest> root_through(std::uint64_t earlier, std::uint64_t size, const HashReader& reader) {
    if (size == 0) return empty_root();
    return subtree_apart(0, size, earlier, reader);
}

Result<Digest> root_at(std::uint64_t size, const HashReader& reader) {
    if (size == 0) return empty_root();
    return subtree(0, size, reader);
}

}  // namespace rookery::merkle
