#include "crypto/padding.hpp"

#include <algorithm>
#include <array>

namespace rookery::crypto {
namespace {

constexpr std::array<std::size_t, 4> bucket_sizes{0, 128, 640, 2432};

}  // namespace

std::optional<std::size_t> bucket_bytes(std::uint8_t code) {
    if (code == 0 || code >= bucket_sizes.size()) return std::nullopt;
    return bucket_sizes[code];
}

std::optional<Bucket> bucket_for(std::size_t value_size, Bucket minimum) {
    const auto first = std::max<std::size_t>(1, static_cast<std::size_t>(minimum));
    for (auto code = first; code < bucket_sizes.size(); ++code) {
        if (value_size + 2 <= bucket_sizes[code]) return static_cast<Bucket>(code);
    }
    return std::nullopt;
}

void frame(ByteView value, std::span<std::uint8_t> out) {
    out[0] = static_cast<std::uint8_t>(value.size() >> 8);
    out[1] = static_cast<std::uint8_t>(value.size());
    if (!value.empty()) std::memcpy(out.data() + 2, value.data(), value.size());
    const auto filler = out.subspan(2 + value.size());
    std::fill(filler.begin(), filler.end(), std::uint8_t{0});
}

std::optional<ByteView> unframe(ByteView framed) {
    if (framed.size() < 2) return std::nullopt;
    const std::size_t size = static_cast<std::size_t>(framed[0]) << 8 | framed[1];
    if (size > framed.size() - 2) return std::nullopt;
    std::uint8_t filler = 0;
    for (const auto byte : framed.subspan(2 + size)) filler |= byte;
    if (filler != 0) return std::nullopt;
    const auto value = framed.subspan(2, size);
    const auto characters = count_code_points(value);
    if (!characters || *characters > value_code_points_max) return std::nullopt;
    return value;
}

std::optional<std::size_t> count_code_points(ByteView utf8) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < utf8.size(); ++count) {
        const auto first = utf8[i++];
        if (first < 0x80) continue;
        // The second byte's range excludes overlong forms, surrogates and what lies above U+10FFFF
        // (Unicode, table 3-7).
        std::size_t more = 0;
        std::uint8_t low = 0x80;
        std::uint8_t high = 0xBF;
        if (first >= 0xC2 && first <= 0xDF) {
            more = 1;
        } else if (first >= 0xE0 && first <= 0xEF) {
            more = 2;
            if (first == 0xE0) low = 0xA0;
            if (first == 0xED) high = 0x9F;
        } else if (first >= 0xF0 && first <= 0xF4) {
            more = 3;
            if (first == 0xF0) low = 0x90;
            if (first == 0xF4) high = 0x8F;
        } else {
            return std::nullopt;
        }
        if (more > utf8.size() - i) return std::nullopt;
        for (; more > 0; --more, ++i) {
            if (utf8[i] < low || utf8[i] > high) return std::nullopt;
            low = 0x80;
            high = 0xBF;
        }
    }
    return count;
}

}  // namespace rookery::crypto
