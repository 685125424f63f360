#include "jobs/key_rotation_cursor.hpp"

#include <catch2/catch.hpp>

namespace key_rotation_cursor_test {

using namespace rookery;
using namespace rookery::jobs;

TEST_CASE("a cursor of a rotation comes back from its text", "[jobs]") {
    const auto cursor = GENERATE(
        KeyRotationCursor{RotationPhase::activate, 2, 0, {}, {}},
        KeyRotationCursor{RotationPhase::count, 3, 0, std::string("\0\xff key", 6), {{1, 4}}},
        KeyRotationCursor{RotationPhase::rewrap, UINT32_MAX, UINT64_MAX, "k", {}},
        KeyRotationCursor{RotationPhase::prove, 3, 17, "k", {{1, 0}, {2, 5}, {3, UINT64_MAX}}}
    );
    const auto read = parse_key_rotation_cursor(to_text(cursor));
    REQUIRE(read);
    CHECK(*read == cursor);
}

TEST_CASE("a cursor that no rotation writes is refused", "[jobs]") {
    const auto* text = GENERATE(
        "",
        "rewrap 2 0 -",
        "rewrap 2 0 - - -",
        "elsewhere 2 0 - -",
        "rewrap 0 0 - -",
        "rewrap 4294967296 0 - -",
        "rewrap 2 -1 - -",
        "rewrap 2 0 xyz -",
        "rewrap 2 0  -",
        "prove 2 0 - 1",
        "prove 2 0 - 1:",
        "prove 2 0 - 1:2:3",
        "prove 2 0 - 1:2,1:3",
        "prove 2 0 - 0:2",
        "prove 2 0 - 1:2,"
    );
    const auto read = parse_key_rotation_cursor(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::integrity);
}

}  // namespace key_rotation_cursor_test
