#include "cli/client/server_url.hpp"

#include <catch2/catch.hpp>

namespace server_url_test {

using namespace rookery;
using namespace rookery::cli;

TEST_CASE("a server's URL works as people copy it", "[cli]") {
    for (const auto* given :
         {"https://vault.example:8443",
          "https://vault.example:8443/",
          "https://vault.example:8443/api/data/v9.2",
          "https://vault.example:8443/api/data/v9.2/",
          "HTTPS://Vault.Example:8443/API/data/v9.2",
          " https://vault.example:8443\n",
          "https://vault.example:8443\r\n"}) {
        CAPTURE(given);
        CHECK(server_url(given).value() == "https://vault.example:8443");
    }
    CHECK(server_url("https://[::1]:8443").value() == "https://[::1]:8443");
    CHECK(server_url("https://localhost").value() == "https://localhost");
}

TEST_CASE("a URL that is none is refused with the form to type, and not repeated", "[cli]") {
    for (const auto* given :
         {"http://vault.example",
          "vault.example:8443",
          "https://",
          "https://ada:secret@vault.example",
          "https://vault.example/secret",
          "https://vault.example/?secret",
          "https://vault.example/api/data/v9.2/systemusers",
          "https://vault example",
          "https://vault.example:70000",
          "ftp://vault.example"}) {
        CAPTURE(given);
        const auto refused = server_url(given);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == Errc::usage);
        CHECK_THAT(refused.error().hint, Catch::Matchers::Contains("https://host:port"));
        CHECK_THAT(
            refused.error().message,
            !Catch::Matchers::Contains("secret") && !Catch::Matchers::Contains("vault.example")
        );
    }
}

}  // namespace server_url_test
