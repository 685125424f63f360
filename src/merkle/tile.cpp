#include "merkle/tile.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

namespace rookery::merkle {
namespace {

auto no_such_tile() { return fail(Errc::not_found, "no such tile"); }

/// "067" of 67.
std::string three_digits(std::uint64_t n) {
    return {
        static_cast<char>('0' + n / 100 % 10),
        static_cast<char>('0' + n / 10 % 10),
        static_cast<char>('0' + n % 10)};
}

/// Decimal without leading zeros, at most `max`.
std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t max) {
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size() || n > max) return std::nullopt;
    return n;
}

/// The text up to the next slash, which is taken away from `rest` with it.
std::string_view next_part(std::string_view& rest) {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    return part;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One hash of the level stands for 2^shift leaves.
unsigned shift_of(unsigned level) { return level * tile_height; }

}  // namespace

std::string tile_path(const Tile& tile) {
    std::string number = three_digits(tile.number % 1000);
    for (auto rest = tile.number / 1000; rest != 0; rest /= 1000) {
        number = "x" + three_digits(rest % 1000) + "/" + number;
    }
    auto path = tile.kind == Tile::Kind::entries ? std::string{"tile/entries/"}
                                                 : "tile/" + std::to_string(tile.level) + "/";
    path += number;
    if (tile.width != tile_width) path += ".p/" + std::to_string(tile.width);
    return path;
}

Result<Tile> parse_tile_path(std::string_view path) {
    auto rest = path;
    if (next_part(rest) != "tile") return no_such_tile();
    Tile tile;
    if (const auto level = next_part(rest); level == "entries") {
        tile.kind = Tile::Kind::entries;
    } else {
        const auto parsed = parse_decimal(level, tile_level_max);
        if (!parsed) return no_such_tile();
        tile.level = static_cast<unsigned>(*parsed);
    }
    bool last = false;
    while (!last) {
        auto group = next_part(rest);
        if (group.ends_with(".p")) {
            group.remove_suffix(2);
            const auto width = parse_decimal(rest, tile_width - 1);
            if (!width || *width == 0) return no_such_tile();
            tile.width = static_cast<unsigned>(*width);
            rest = {};
            last = true;
        } else {
            last = rest.empty();
        }
        if (!last) {
            if (!group.starts_with('x')) return no_such_tile();
            group.remove_prefix(1);
        }
        if (group.size() != 3) return no_such_tile();
        std::uint64_t digits = 0;
        for (const char c : group) {
            if (!is_digit(c)) return no_such_tile();
            digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
        }
        if (tile.number > (UINT64_MAX - digits) / 1000) return no_such_tile();
        tile.number = tile.number * 1000 + digits;
    }
    // Leading zero groups and a trailing slash are other spellings of the same tile.
    if (tile_path(tile) != path) return no_such_tile();
    return tile;
}

std::uint64_t full_tiles(unsigned level, std::uint64_t size) {
    const auto shift = shift_of(level + 1);
    return shift >= 64 ? 0 : size >> shift;
}

unsigned partial_width(unsigned level, std::uint64_t size) {
    const auto shift = shift_of(level);
    return shift >= 64 ? 0 : static_cast<unsigned>((size >> shift) % tile_width);
}

bool tile_exists(const Tile& tile, std::uint64_t size) {
    const auto full = full_tiles(tile.level, size);
    if (tile.number < full) return true;
    return tile.number == full && tile.width <= partial_width(tile.level, size);
}

}  // namespace rookery::merkle
