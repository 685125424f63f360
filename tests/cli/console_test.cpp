#include "cli/output/console.hpp"

#include "cli/output/code_points.hpp"

#include <catch2/catch.hpp>

namespace console_test {

using namespace rookery;
using namespace rookery::cli;

TEST_CASE("text from outside reaches a terminal without what could deceive", "[cli]") {
    CHECK(printable("Gänse @rookery 日本") == "Gänse @rookery 日本");
    CHECK(printable("a\nb") == "a\\x0ab");
    CHECK(printable("\x1b[2J") == "\\x1b[2J");
    CHECK(printable("a\\x0a") == "a\\\\x0a");
    CHECK(printable(std::string_view{"\0", 1}) == "\\x00");
    CHECK(printable("\x7f") == "\\x7f");
    CHECK(
        printable("\xC2\x9B"
                  "31m") == "\\x9b31m"
    );  // a one-byte CSI
    CHECK(
        printable("\xE2\x80\xAE"
                  "abc") == "\\u{202e}abc"
    );  // right-to-left override
    CHECK(printable("\xE2\x80\xA8") == "\\u{2028}");
}

TEST_CASE("what looks like a blank, or like nothing, is shown by its number", "[cli]") {
    for (const char32_t code :
         U"\u0085\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u180e\u2000\u200a\u200b"
         U"\u200f\u2028\u2029\u202f\u205f\u2060\u2069\u2800\u3000\u3164\ue000\ufdd0"
         U"\ufe0f\ufeff\uffa0\uffff\U000e0001\U000e0100\U000f0000\U0010ffff") {
        if (code == 0) continue;
        CAPTURE(static_cast<std::uint32_t>(code));
        CHECK(deceives(code));
    }
    for (const char32_t code :
         U" ~\u00a1\u00e4\u0301\u2010\u2014\u2026\u3001\u65e5\uac00\ufffd\U0001f600\U0003134f") {
        if (code == 0) continue;
        CAPTURE(static_cast<std::uint32_t>(code));
        CHECK_FALSE(deceives(code));
    }
    CHECK(
        printable("a\xC2\xA0"
                  "b") == "a\\xa0b"
    );
    CHECK(printable("\xE3\x85\xA4") == "\\u{3164}");
}

TEST_CASE("a name between quotes cannot end them", "[cli]") {
    CHECK(quoted_name("Rita Demo") == "'Rita Demo'");
    CHECK(quoted_name("O'Brien") == "'O\\'Brien'");
    CHECK(quoted_name("x\\") == "'x\\\\'");
    CHECK(quoted_name("\\' x") == "'\\\\\\' x'");
    for (const char* look_alike : {"’", "‘", "‛", "′", "`", "´", "＇", "ʼ", "ˈ"}) {
        const auto shown = quoted_name(look_alike);
        CAPTURE(look_alike, shown);
        CHECK(shown.starts_with("'\\"));
    }
    CHECK(quoted_name("") == "''");
}

TEST_CASE("invalid UTF-8 is shown byte by byte", "[cli]") {
    CHECK(printable("\xFF") == "\\xff");
    CHECK(printable("\xC0\xAF") == "\\xc0\\xaf");           // overlong
    CHECK(printable("\xED\xA0\x80") == "\\xed\\xa0\\x80");  // surrogate
    CHECK(printable("\xE2\x80") == "\\xe2\\x80");           // cut short
    CHECK(printable("\xF4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
}

TEST_CASE("numbers for people are grouped", "[cli]") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(1234567) == "1,234,567");
}

TEST_CASE("progress has its rate, and the time that is left where the end is known", "[cli]") {
    using std::chrono::seconds;
    CHECK(
        progress_text("importing", 1200, 10'000, seconds{2}) ==
        "importing: 1,200 of 10,000 (12 %), 600/s, 15 s left"
    );
    CHECK(progress_text("reading", 1200, 0, seconds{2}) == "reading: 1,200, 600/s");
    CHECK(progress_text("importing", 0, 10'000, seconds{2}) == "importing: 0, 0/s");
    CHECK(progress_text("x", 12, 10, seconds{1}) == "x: 12 of 10 (120 %), 12/s, 0 s left");
}

}  // namespace console_test
