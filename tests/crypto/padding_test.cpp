#include "crypto/padding.hpp"

#include "crypto/support.hpp"

namespace padding_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

TEST_CASE("a value takes the smallest bucket that holds it, from the minimum on", "[crypto]") {
    const auto [size, minimum, bucket] = GENERATE(table<std::size_t, Bucket, Bucket>({
        {0, Bucket::small, Bucket::small},
        {126, Bucket::small, Bucket::small},
        {127, Bucket::small, Bucket::medium},
        {638, Bucket::small, Bucket::medium},
        {639, Bucket::small, Bucket::large},
        {2430, Bucket::small, Bucket::large},
        {1, Bucket::medium, Bucket::medium},
        {1, Bucket::large, Bucket::large},
        {1, Bucket::none, Bucket::small},
    }));
    CHECK(bucket_for(size, minimum) == bucket);
}

TEST_CASE("no bucket holds more than 2430 bytes", "[crypto]") {
    CHECK_FALSE(bucket_for(2431));
    CHECK_FALSE(bucket_bytes(0));
    CHECK_FALSE(bucket_bytes(4));
    CHECK(bucket_bytes(3) == 2432);
}

TEST_CASE("what was framed comes back, the empty value too", "[crypto]") {
    for (const std::string value : {"", "x", "token"}) {
        Bytes framed(128, 0xFF);
        frame(bytes_of(value), framed);
        const auto back = unframe(framed);
        REQUIRE(back);
        CHECK(text_of(*back) == value);
    }
}

TEST_CASE("a frame with a wrong length, filler or text is refused", "[crypto]") {
    Bytes framed(128);
    frame(bytes_of("token"), framed);
    SECTION("length beyond the bucket") { framed[1] = 127; }
    SECTION("huge length") { framed[0] = 0xFF; }
    SECTION("filler right after the value") { framed[7] = 1; }
    SECTION("filler at the end") { framed[127] = 1; }
    SECTION("a length that cuts the value leaves filler") { framed[1] = 4; }
    SECTION("invalid UTF-8") { framed[3] = 0xC0; }
    SECTION("one byte") { framed.resize(1); }
    SECTION("nothing") { framed.clear(); }
    CHECK_FALSE(unframe(framed));
}

TEST_CASE("a value has at most 600 code points, whatever their size", "[crypto]") {
    std::string text;
    for (int i = 0; i < 600; ++i) text += "\xF0\x9F\x90\xA6";
    Bytes framed(2432);
    frame(bytes_of(text), framed);
    CHECK(unframe(framed));
    text.resize(4 * 599);
    text += "ab";
    frame(bytes_of(text), framed);
    CHECK_FALSE(unframe(framed));
}

TEST_CASE("UTF-8 is counted strictly", "[crypto]") {
    const auto count = [](std::string_view text) { return count_code_points(bytes_of(text)); };
    CHECK(count("") == 0);
    CHECK(count("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\xA6") == 4);
    CHECK(count("\xF4\x8F\xBF\xBF") == 1);
    const std::string_view bad[] = {
        "\x80",
        "\xC3",
        "\xC0\x80",
        "\xC1\xBF",
        "\xE0\x9F\xBF",
        "\xED\xA0\x80",
        "\xE2\x82",
        "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFF",
        "\xC3\xC3",
        "a\xE2\x82z",
    };
    for (const auto text : bad) {
        INFO(to_hex(bytes_of(text)));
        CHECK_FALSE(count(text));
    }
}

}  // namespace padding_test
