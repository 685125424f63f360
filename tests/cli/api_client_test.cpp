#include "cli/client/api_client.hpp"

#include <catch2/catch.hpp>

namespace api_client_test {

using namespace rookery::cli;

TEST_CASE("only a whole loopback host is this machine, and no name that begins like one", "[cli]") {
    for (const auto* const url :
         {"https://localhost",
          "https://localhost:8443",
          "https://LocalHost:1",
          "https://127.0.0.1",
          "https://127.0.0.1:8443",
          "https://127.255.3.4:1",
          "https://[::1]",
          "https://[::1]:8443"}) {
        CAPTURE(url);
        CHECK(is_loopback_url(url));
    }
    for (const auto* const url :
         {"https://localhost.evil.example",
          "https://127.evil.example",
          "https://127.0.0.1.evil.example",
          "https://localhost@evil.example",
          "https://localhost:443@evil.example",
          "https://127.0.0.1@evil.example:1",
          "https://evil.example@localhost",
          "https://localhost\\@evil.example",
          "https://localhost:0",
          "https://localhost:99999",
          "https://localhost:1:2",
          "https://localhosts",
          "https://my-localhost",
          "https://evil.example/localhost",
          "https://evil.example?localhost",
          "https://127.1",
          "https://127.0.0",
          "https://127.0.0.1.1",
          "https://0x7f.0.0.1",
          "https://127.0.0.256",
          "https://128.0.0.1",
          "https://0.0.0.0",
          "https://[::2]",
          "https://[::1]evil.example",
          "https://[::1].evil.example:1",
          "https://[127.0.0.1]",
          "https://[::ffff:127.0.0.1]",
          "https://",
          "https://:1",
          "https://[",
          "http://localhost",
          "localhost",
          "",
          "HTTPS"}) {
        CAPTURE(url);
        CHECK_FALSE(is_loopback_url(url));
    }
}

}  // namespace api_client_test
