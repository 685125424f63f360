// Names of tiles as C2SP tlog-tiles has them: tile/<level>/<number>[.p/<width>] and
// tile/entries/<number>[.p/<width>]. Height 8: a full tile has 256 hashes. Pure; thread-safe.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::merkle {

inline constexpr unsigned tile_height = 8;
inline constexpr unsigned tile_width = 256;
inline constexpr unsigned tile_level_max = 63;

struct Tile {
    enum class Kind : std::uint8_t { hashes, entries };

    Kind kind = Kind::hashes;
    unsigned level = 0;  // 0..63; 0 for entries
    std::uint64_t number = 0;
    unsigned width = tile_width;  // 1..256

    friend bool operator==(const Tile&, const Tile&) = default;
};

/// 1234067 becomes x001/x234/067.
[[nodiscard]] std::string tile_path(const Tile& tile);
/// One spelling only: leading zeros, a missing x, a level above 63, a width of 0 or 256 are
/// Errc::not_found, which is what the server answers.
[[nodiscard]] Result<Tile> parse_tile_path(std::string_view path);

/// Full tiles of a level in a tree of `size` leaves.
[[nodiscard]] std::uint64_t full_tiles(unsigned level, std::uint64_t size);
/// Hashes in the incomplete tile after them: 0..255.
[[nodiscard]] unsigned partial_width(unsigned level, std::uint64_t size);
/// Whether every hash of the tile exists in a tree of `size` leaves.
[[nodiscard]] bool tile_exists(const Tile& tile, std::uint64_t size);

}  // namespace rookery::merkle
