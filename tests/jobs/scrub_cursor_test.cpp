#include "jobs/scrub_cursor.hpp"

#include <catch2/catch.hpp>

namespace scrub_cursor_test {

using namespace rookery;
using namespace rookery::jobs;

TEST_CASE("a cursor of the scrub comes back from its text", "[jobs]") {
    const auto cursor = GENERATE(
        ScrubCursor{},
        ScrubCursor{ScrubPhase::rows, std::string("\0\xff key", 6), 0, 17},
        ScrubCursor{ScrubPhase::index, {}, 0, UINT64_MAX},
        ScrubCursor{ScrubPhase::meta, "outbox/", 0, 1},
        ScrubCursor{ScrubPhase::log, {}, 12, 17}
    );
    const auto read = parse_scrub_cursor(to_text(cursor));
    REQUIRE(read);
    CHECK(*read == cursor);
}

TEST_CASE("no text is the beginning", "[jobs]") { CHECK(parse_scrub_cursor("") == ScrubCursor{}); }

TEST_CASE("a cursor that the scrub does not write is refused", "[jobs]") {
    const auto* text = GENERATE(
        "rows",
        "rows - 0",
        "rows - 0 0 0",
        "nowhere - 0 0",
        "rows xyz 0 0",
        "rows - -1 0",
        "rows - 0 1x",
        "rows  0 0",
        "rows - 0 ",
        " "
    );
    const auto read = parse_scrub_cursor(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::integrity);
}

}  // namespace scrub_cursor_test
