// A GUID: 16 bytes in RFC 4122 order, compared bytewise.
#pragma once

#include "base/bytes.hpp"

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace rookery {

class Random;

struct Uuid {
    ByteArray<16> bytes{};

    // As two numbers: everything in memory is searched by id, and memcmp is a call for each step.
    friend constexpr bool operator==(const Uuid& a, const Uuid& b) {
        return a.number(0) == b.number(0) && a.number(8) == b.number(8);
    }

    friend constexpr std::strong_ordering operator<=>(const Uuid& a, const Uuid& b) {
        const auto first = a.number(0) <=> b.number(0);
        return first != 0 ? first : a.number(8) <=> b.number(8);
    }

    [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }

    [[nodiscard]] ByteView view() const { return bytes; }

    /// Version 4.
    [[nodiscard]] static Uuid random(Random& random);
    /// Precondition: 16 bytes.
    [[nodiscard]] static Uuid from_bytes(ByteView bytes);
    /// 8-4-4-4-12 hex digits in either case, no braces; anything else is nothing.
    [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);

 private:
    /// Eight bytes from here, big-endian.
    [[nodiscard]] constexpr std::uint64_t number(std::size_t from) const {
        std::uint64_t out = 0;
        if (std::is_constant_evaluated() || std::endian::native != std::endian::little) {
            for (std::size_t i = from; i < from + 8; ++i) out = out << 8 | bytes[i];
            return out;
        }
        std::memcpy(&out, bytes.data() + from, sizeof out);
        return __builtin_bswap64(out);
    }
};

/// Lower case with hyphens, the only form that leaves the program.
[[nodiscard]] std::string to_string(const Uuid& id);
/// The same where no string of its own is needed.
[[nodiscard]] std::array<char, 36> text_of(const Uuid& id);

}  // namespace rookery

template <>
struct std::hash<rookery::Uuid> {
    std::size_t operator()(const rookery::Uuid& id) const noexcept {
        std::size_t out = 0;
        std::memcpy(&out, id.bytes.data(), sizeof out);
        std::size_t tail = 0;
        std::memcpy(&tail, id.bytes.data() + 8, sizeof tail);
        return out ^ (tail * 0x9E3779B97F4A7C15ULL);
    }
};
