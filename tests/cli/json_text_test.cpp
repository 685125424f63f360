#include "cli/output/json_text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace json_text_test {

using namespace rookery::cli;
using nlohmann::json;

TEST_CASE("JSON for a terminal escapes what a terminal would not show as what it is", "[cli]") {
    const json value{{"name", "a\u009b31m\u202eb\u00a0\u007f\u2028c"}};
    CHECK(json_text(value) == R"({"name":"a\u009b31m\u202eb\u00a0\u007f\u2028c"})");
    const json key{{"\u202e", 1}};
    CHECK(json_text(key) == R"({"\u202e":1})");
    const json tag{{"x", "\U000e0041\U0010ffff"}};
    CHECK(json_text(tag) == R"({"x":"\udb40\udc41\udbff\udfff"})");
    CHECK(json_text(json{"\x1b[2J\n\"\\"}) == R"(["\u001b[2J\n\"\\"])");
}

TEST_CASE("escaped JSON means what it meant", "[cli]") {
    const json value{
        {"plain", "Gänse @rookery 日本 😀"},
        {"deceives", "\u009b\u202e\u3164\U000e0041"},
        {"nested", {1, nullptr, true, "\u00a0"}},
    };
    CHECK(json::parse(json_text(value)) == value);
    CHECK(json_text(json{"Gänse 日本 😀"}) == "[\"Gänse 日本 😀\"]");
    CHECK(json_text(json{}) == "null");
}

TEST_CASE("bytes that are no text become U+FFFD instead of an exception", "[cli]") {
    CHECK(json_text(json{"\xFF"}) == "[\"\xEF\xBF\xBD\"]");
}

TEST_CASE("JSON that holds a secret is escaped in memory that is wiped", "[cli]") {
    const auto text = json_text(std::string_view{"{\"access_token\":\"a\u202eb\"}"});
    CHECK(std::string_view{text.data(), text.size()} == R"({"access_token":"a\u202eb"})");
    const auto broken = json_text(std::string_view{"\xFF\xC2"});
    CHECK(std::string_view{broken.data(), broken.size()} == R"(\ufffd\ufffd)");
}

}  // namespace json_text_test
