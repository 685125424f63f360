#include "merkle/tile.hpp"

#include <catch2/catch.hpp>

namespace rookery::merkle {
namespace {

using Kind = Tile::Kind;

TEST_CASE("a tile's path is the one of C2SP tlog-tiles, both ways", "[merkle]") {
    const auto [tile, path] = GENERATE(table<Tile, std::string>({
        {{Kind::hashes, 0, 0, 256}, "tile/0/000"},
        {{Kind::hashes, 0, 1234067, 256}, "tile/0/x001/x234/067"},
        {{Kind::hashes, 1, 1, 17}, "tile/1/001.p/17"},
        {{Kind::hashes, 63, 999, 255}, "tile/63/999.p/255"},
        {{Kind::hashes, 2, 1000, 1}, "tile/2/x001/000.p/1"},
        {{Kind::entries, 0, 273, 112}, "tile/entries/273.p/112"},
        {{Kind::entries, 0, 5, 256}, "tile/entries/005"},
        {{Kind::hashes, 0, UINT64_MAX, 256}, "tile/0/x018/x446/x744/x073/x709/x551/615"},
    }));
    CHECK(tile_path(tile) == path);
    const auto parsed = parse_tile_path(path);
    REQUIRE(parsed);
    CHECK(*parsed == tile);
}

TEST_CASE("every other spelling of a tile's path is not found", "[merkle]") {
    const auto* const path = GENERATE(
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/x/000",
        "tile/0/x000/001",
        "tile/0/x001/x234/67",
        "tile/0/001/234",
        "tile/0/x001",
        "tile/0/X001/000",
        "tile/0/000/",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/1/",
        "tile/0/000.p/1/000",
        "tile/0/000.p/-1",
        "/tile/0/000",
        "tile//0/000",
        "tile/entries",
        "tile/entries/0/000",
        "tile/data/000",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/0 0",
        "tile/0/%30%30%30",
        "TILE/0/000"
    );
    INFO(path);
    const auto parsed = parse_tile_path(path);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Errc::not_found);
}

TEST_CASE(
    "70000 leaves have 273 full tiles and width 112, then 1 and 17, then width 1", "[merkle]"
) {
    CHECK(full_tiles(0, 70000) == 273);
    CHECK(partial_width(0, 70000) == 112);
    CHECK(full_tiles(1, 70000) == 1);
    CHECK(partial_width(1, 70000) == 17);
    CHECK(full_tiles(2, 70000) == 0);
    CHECK(partial_width(2, 70000) == 1);
    CHECK(partial_width(3, 70000) == 0);
    CHECK(partial_width(63, UINT64_MAX) == 0);
    CHECK(full_tiles(63, UINT64_MAX) == 0);
}

TEST_CASE("a tile exists when all its hashes do", "[merkle]") {
    CHECK(tile_exists({Kind::entries, 0, 272, 256}, 70000));
    CHECK_FALSE(tile_exists({Kind::entries, 0, 273, 256}, 70000));
    CHECK(tile_exists({Kind::entries, 0, 273, 112}, 70000));
    CHECK(tile_exists({Kind::hashes, 0, 273, 1}, 70000));
    CHECK_FALSE(tile_exists({Kind::hashes, 0, 273, 113}, 70000));
    CHECK_FALSE(tile_exists({Kind::hashes, 0, 274, 1}, 70000));
    CHECK(tile_exists({Kind::hashes, 0, 0, 7}, 70000));
    CHECK_FALSE(tile_exists({Kind::hashes, 63, 0, 1}, UINT64_MAX));
    CHECK_FALSE(tile_exists({Kind::hashes, 0, 0, 1}, 0));
}

}  // namespace
}  // namespace rookery::merkle
