#include "odata/json/json_writer.hpp"

#include "odata/json/json_value.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>

namespace json_writer_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

std::string text_of_buffer(const WipedBuffer& buffer) { return {buffer.begin(), buffer.end()}; }

std::string written(std::string_view value) {
    WipedBuffer out;
    JsonWriter json{out, 0};
    json.begin_array();
    json.text(value);
    json.end_array();
    return text_of_buffer(out);
}

}  // namespace

TEST_CASE("texts are escaped where JSON, HTML or JavaScript would misread them", "[odata]") {
    CHECK(written("a\"b\\c") == "[\"a\\\"b\\\\c\"]");
    CHECK(written("\n\r\t") == "[\"\\n\\r\\t\"]");
    CHECK(written(std::string_view{"\0\x1f\x7f", 3}) == "[\"\\u0000\\u001f\\u007f\"]");
    CHECK(written("</script>") == "[\"\\u003c/script>\"]");
    CHECK(written("\xE2\x80\xA8\xE2\x80\xA9\xE2\x82\xAC") == "[\"\\u2028\\u2029\xE2\x82\xAC\"]");
    CHECK(written("\xE2") == "[\"\xE2\"]");
}

TEST_CASE("what was written is read back as it was", "[odata]") {
    std::string all;
    for (char c = 1; c < 0x7F; ++c) all += c;
    all += "\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80";
    const auto text = written(all);
    const auto read = parse_json(text);
    REQUIRE(read);
    CHECK(read->items.at(0).text.expose([](std::string_view t) { return std::string{t}; }) == all);
}

TEST_CASE(
    "a buffer that was too small grows, one that was too large ends with the text", "[odata]"
) {
    const std::string lengthy(100'000, 'x');
    CHECK(written(lengthy).size() == lengthy.size() + 4);
    WipedBuffer out;
    JsonWriter json{out, 4096};
    json.begin_object();
    json.end_object();
    CHECK(text_of_buffer(out) == "{}");
}

TEST_CASE("numbers, times and ids are written in full", "[odata]") {
    WipedBuffer out;
    JsonWriter json{out, 16};
    json.begin_array();
    json.number(std::numeric_limits<std::int64_t>::min());
    json.number(std::numeric_limits<std::uint64_t>::max());
    json.boolean(true);
    json.null();
    json.uuid(*Uuid::parse("ABCDEF00-2222-4222-8222-222222222222"));
    for (const char* time :
         {"1753-01-01T00:00:00Z", "2026-02-03T04:05:06.789Z", "9999-12-31T23:59:59Z"}) {
        json.time(*parse_iso8601(time));
    }
    json.end_array();
    CHECK(
        text_of_buffer(out) ==
        "[-9223372036854775808,18446744073709551615,true,null,"
        "\"abcdef00-2222-4222-8222-222222222222\",\"1753-01-01T00:00:00Z\","
        "\"2026-02-03T04:05:06Z\",\"9999-12-31T23:59:59Z\"]"
    );
}

}  // namespace json_writer_test
