#include "storage/bare_name.hpp"

#include <catch2/catch.hpp>

namespace bare_name_test {

using rookery::storage::bare_name;

TEST_CASE("names that are drawn alike are bare the same", "[storage]") {
    for (const char* name : {
             "Rookery Jobs",
             "rookery  JOBS ",
             "Rookery\u00A0Jobs",         // no-break space
             "Rookery\u200B \u2003Jobs",  // zero width, em space
             "Roo\u00ADkery Jobs",        // soft hyphen
             "\u202ERookery Jobs\u202C",  // right to left
             "Rookery_Jobs.",
             "\uFF32ookery Jobs",  // full width
         }) {
        CAPTURE(name);
        CHECK(bare_name(name) == "rookeryjobs");
    }
}

TEST_CASE("other names are not bare the same, and what is no text has none", "[storage]") {
    CHECK(bare_name("Rookery Job") == "rookeryjob");
    CHECK(bare_name("Rookery Jobs 2") == "rookeryjobs2");
    CHECK(bare_name("R\u00F3okery Jobs") == bare_name("Ro\u0301okery Jobs"));
    CHECK(bare_name("R\u00F3okery Jobs") != "rookeryjobs");
    CHECK(bare_name("R\u043Eokery Jobs") != "rookeryjobs");  // Cyrillic, said in the header
    CHECK(bare_name(" \u200B").empty());
    CHECK(bare_name("").empty());
    CHECK(bare_name("\xFFRookery Jobs").empty());
}

}  // namespace bare_name_test
