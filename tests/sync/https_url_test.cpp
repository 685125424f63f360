#include "sync/https_url.hpp"

#include "sync/challenge.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rookery::sync;

TEST_CASE("a URL has one spelling", "[sync]") {
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
}

TEST_CASE("what could be read in two ways is no URL", "[sync]") {
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
          "https://a_b",
          "https://a.example:",
          "https://a.example:0",
          "https://a.example:65536",
          "https://a.example:1:2",
          "https://a.example:44a",
          "https://a.example:-1",
          "https://[::1",
          "https://[::1]x",
          "https://[g::1]",
          "https://\xD0\xB0.example",
          "https://a.example/\xC3\xA4",
          " https://a.example"}) {
        CAPTURE(url);
        CHECK_FALSE(parse_https_url(url));
    }
    CHECK_FALSE(parse_https_url("https://a.example/" + std::string(2000, 'a')));
    CHECK_FALSE(parse_https_url(std::string{"https://a.example/b\0c", 22}));
}

TEST_CASE("a challenge names an authority and a resource", "[sync]") {
    for (const std::string header :
         {"Bearer authorization_uri=https://login.example.com/t1/oauth2/authorize, "
          "resource_id=https://org.example.com/",
          "Bearer "
          "authorization_uri=\"https://login.example.com/t1/oauth2/v2.0/authorize\",resource_id="
          "\"https://org.example.com\"",
          "Bearer  realm=\"x\" , resource_id=https://org.example.com , "
          "authorization_uri=https://LOGIN.example.com:443/t1/oauth2/authorize"}) {
        CAPTURE(header);
        const auto challenge = parse_challenge(header);
        REQUIRE(challenge);
        CHECK(challenge->authority.text() == "https://login.example.com/t1");
        CHECK(challenge->resource.text() == "https://org.example.com");
    }
}

TEST_CASE("a challenge that is not whole and plain is none", "[sync]") {
    const std::string authority = "authorization_uri=https://login.example.com/t1/oauth2/authorize";
    const std::string resource = "resource_id=https://org.example.com";
    for (const auto& header :
         {std::string{},
          std::string{"Bearer "},
          "Bearer " + authority,
          "Bearer " + resource,
          "Bearer " + authority + ", " + authority + ", " + resource,
          "Bearer " + authority + " " + resource,
          "Bearer " + authority + ", resource_id=\"https://org.example.com",
          "Bearer authorization_uri=https://login.example.com/t1, " + resource,
          "Bearer authorization_uri=https://login.example.com/oauth2/authorize/x, " + resource,
          "Bearer authorization_uri=https://login.example.com/t1/oauth2/authorize?x=1, " + resource,
          "Bearer authorization_uri=http://login.example.com/t1/oauth2/authorize, " + resource}) {
        CAPTURE(header);
        CHECK_FALSE(parse_challenge(header));
    }
}
