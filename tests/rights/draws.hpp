// Pseudo-random draws that are the same on every machine: a number for a seed, and nothing of the
// library's distributions, which are not.
#pragma once

#include "base/uuid.hpp"

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace rookery::rights {

class Draws {
 public:
    explicit Draws(std::uint64_t seed) : state_(seed) {}

    /// SplitMix64.
    std::uint64_t number() {
        state_ += 0x9E3779B97F4A7C15ULL;
        auto out = state_;
        out = (out ^ (out >> 30)) * 0xBF58476D1CE4E5B9ULL;
        out = (out ^ (out >> 27)) * 0x94D049BB133111EBULL;
        return out ^ (out >> 31);
    }

    /// 0 to `count` - 1. Precondition: count is not 0.
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(number() % count); }

    bool chance(unsigned percent) { return below(100) < percent; }

    /// Precondition: not empty.
    template <class Items>
    const auto& of(const Items& items) {
        return *std::next(std::begin(items), static_cast<std::ptrdiff_t>(below(std::size(items))));
    }

 private:
    std::uint64_t state_;
};

/// Ids in the order in which they are asked for.
class Ids {
 public:
    /// `word` with the number of one of them, so that no two rows have one name.
    [[nodiscard]] static std::string numbered(std::string_view word, const Uuid& id) {
        std::uint32_t number = 0;
        for (std::size_t i = 12; i < 16; ++i) number = number << 8 | id.bytes[i];
        return std::string(word) + " " + std::to_string(number);
    }

    Uuid next() {
        Uuid out{{0x52, 0, 0, 0, 0, 0, 0x40, 0, 0x80}};
        for (std::size_t i = 0; i < 4; ++i) {
            out.bytes[12 + i] = static_cast<std::uint8_t>(last_ >> (8 * (3 - i)));
        }
        ++last_;
        return out;
    }

 private:
    std::uint32_t last_ = 1;
};

}  // namespace rookery::rights
