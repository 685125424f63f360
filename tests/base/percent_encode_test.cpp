#include "base/percent_encode.hpp"

#include <catch2/catch.hpp>

namespace percent_encode_test {

using namespace rookery;

TEST_CASE("what a URL may hold as it is stays, and every other byte is escaped", "[base]") {
    const std::string plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    CHECK(percent_encode(plain) == plain);
    CHECK(percent_encode("a b+c/d?e=f&g%h'i") == "a%20b%2Bc%2Fd%3Fe%3Df%26g%25h%27i");
    CHECK(percent_encode("\xC3\xA9\x7F") == "%C3%A9%7F");
    CHECK(percent_encode(std::string_view{"\0", 1}) == "%00");
    CHECK(percent_encode("").empty());
    std::size_t escaped = 0;
    for (int byte = 0; byte < 256; ++byte) {
        const char text = static_cast<char>(byte);
        if (percent_encode({&text, 1}).size() == 3) ++escaped;
    }
    CHECK(escaped == 256 - plain.size());
}

TEST_CASE("a secret is escaped into secret memory in the same way", "[base]") {
    auto out = SecretBytes::copy_of("client_secret=");
    append_percent_encoded(out, bytes_of("p~ss w\xC3\xB6rd&%"));
    out.expose([](ByteView bytes) {
        CHECK(text_of(bytes) == "client_secret=p~ss%20w%C3%B6rd%26%25");
    });
}

}  // namespace percent_encode_test
