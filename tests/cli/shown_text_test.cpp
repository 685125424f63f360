#include "cli/output/shown_text.hpp"

#include <catch2/catch.hpp>

namespace shown_text_test {

using namespace rookery::cli;

TEST_CASE("a text from outside cannot pass for another field of its line", "[cli]") {
    CHECK(field_text("Sam Demo") == "Sam Demo");
    CHECK(field_text("Sam  Demo") == "Sam \\x20Demo");
    CHECK(field_text("a\nb\x1b") == "a\\x0ab\\x1b");
}

}  // namespace shown_text_test
