#include "base/https_url.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace https_url_test {

using namespace rookery;

TEST_CASE("a URL has one spelling", "[base]") {
    const auto text = [](std::string_view url) {
        const auto parsed = parse_https_url(url);
        return parsed ? parsed->text() : "refused";
    };
    CHECK(text("https://Org.Example.COM") == "https://org.example.com");
    CHECK(text("https://org.example.com/") == "https://org.example.com");
    CHECK(text("https://org.example.com:443") == "https://org.example.com");
    CHECK(text("https://org.example.com:8443/") == "https://org.example.com:8443");
    CHECK(text("https://login.example.com/Tenant-1/") == "https://login.example.com/Tenant-1");
    CHECK(text("https://[::1]:8443/a") == "https://[::1]:8443/a");
    CHECK(text("https://[0:0::0001]:8443") == "https://[::1]:8443");
    CHECK(text("https://[FE80::A]") == "https://[fe80::a]");
    CHECK(text("https://vault_1.lan") == "https://vault_1.lan");
}

TEST_CASE("what could be read in two ways is no URL", "[base]") {
    for (const std::string url :
         {"",
          "https://",
          "http://a.example",
          "HTTPS://a.example",
          "//a.example",
          "https:/a.example",
          "https:a.example",
          "https://user@a.example",
          "https://a.example@evil.example",
          "https://a.example:x@evil.example/",
          "https://a.example\\@evil.example",
          "https://a.example#evil",
          "https://a.example?x",
          "https://a.example/b?x",
          "https://a.example/b#c",
          "https://a.example/b/../c",
          "https://a.example/./b",
          "https://a.example/%2e%2e/b",
          "https://a.example//b",
          "https://a.example/b//",
          "https://a.example/b\\c",
          "https://a.example/b c",
          "https://a example",
          "https://.a",
          "https://a.",
          "https://a..b",
          "https://a.example:",
          "https://a.example:0",
          "https://a.example:65536",
          "https://a.example:1:2",
          "https://a.example:44a",
          "https://a.example:-1",
          "https://[::1",
          "https://[::1]x",
          "https://[g::1]",
          "https://[]",
          "https://[:::]",
          "https://[127.0.0.1]",
          "https://[::1%25lo]",
          "https://\xD0\xB0.example",
          "https://a.example/\xC3\xA4",
          " https://a.example"}) {
        CAPTURE(url);
        CHECK_FALSE(parse_https_url(url));
    }
    CHECK_FALSE(parse_https_url("https://a.example/" + std::string(2000, 'a')));
    CHECK_FALSE(parse_https_url(std::string{"https://a.example/b\0c", 22}));
}

TEST_CASE("a URL says its host and port", "[base]") {
    const auto both = [](std::string_view url) {
        const auto parsed = parse_https_url(url).value();
        return std::string{parsed.host()} + " " + std::to_string(parsed.port());
    };
    CHECK(both("https://Org.example.com") == "org.example.com 443");
    CHECK(both("https://org.example.com:8443/a") == "org.example.com 8443");
    CHECK(both("https://127.0.0.1:1") == "127.0.0.1 1");
    CHECK(both("https://[::1]") == "::1 443");
    CHECK(both("https://[::1]:8443") == "::1 8443");
}

}  // namespace https_url_test
