// A GUID: 16 bytes in RFC 4122 order, compared bytewise.
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace rookery {

class Random;

struct Uuid {
    ByteArray<16> bytes{};

    friend auto operator<=>(const Uuid&, const Uuid&) = default;

    [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }

    [[nodiscard]] ByteView view() const { return bytes; }

    /// Version 4.
    [[nodiscard]] static Uuid random(Random& random);
    /// Precondition: 16 bytes.
    [[nodiscard]] static Uuid from_bytes(ByteView bytes);
    /// 8-4-4-4-12 hex digits in either case, no braces; anything else is nothing.
    [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);
};

/// Lower case with hyphens, the only form that leaves the program.
[[nodiscard]] std::string to_string(const Uuid& id);

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
