#include "sync/challenge.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace challenge_test {

using namespace rookery::sync;

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

}  // namespace challenge_test
