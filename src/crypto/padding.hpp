// Framing of column values: u16(size) || value || zeros, up to one of three bucket sizes, so that a
// sealed object tells no more about a token's length than its bucket.
#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace rookery::crypto {

/// The `pad` byte of a sealed object's header.
enum class Bucket : std::uint8_t { none = 0, small = 1, medium = 2, large = 3 };

/// A token's limit, as the table's: 600 code points.
inline constexpr std::size_t value_code_points_max = 600;

/// Plaintext size: 128, 640 or 2432 bytes; nothing for another code.
[[nodiscard]] std::optional<std::size_t> bucket_bytes(std::uint8_t code);
/// The smallest bucket from `minimum` on that holds `value_size` bytes; nothing above 2430.
[[nodiscard]] std::optional<Bucket> bucket_for(
    std::size_t value_size, Bucket minimum = Bucket::small
);

/// Precondition: `out` has the bucket's size and the value fits.
void frame(ByteView value, std::span<std::uint8_t> out);
/// The value within `framed`, or nothing when the size, the filler, the UTF-8 or the number of code
/// points is wrong.
[[nodiscard]] std::optional<ByteView> unframe(ByteView framed);

/// Code points of well-formed UTF-8 (no overlong forms, no surrogates, up to U+10FFFF); nothing else.
[[nodiscard]] std::optional<std::size_t> count_code_points(ByteView utf8);

}  // namespace rookery::crypto
