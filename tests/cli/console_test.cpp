#include "cli/console.hpp"

#include <catch2/catch.hpp>

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
