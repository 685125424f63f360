#include "odata/request/request_origin.hpp"

#include "odata/request_for_test.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

namespace rookery::odata {
namespace {

ServiceRoot root(std::string origin) {
    ServiceRoot out;
    out.origin = std::move(origin);
    out.port = 8443;
    out.serves = [](std::string_view host) {
        constexpr std::array names{"localhost", "vault.example.com", "::1"};
        return std::ranges::find(names, host) != names.end();
    };
    return out;
}

std::string path(const ServiceRoot& root, std::string_view url, std::string host = "h") {
    const RequestOrigin origin{root, request("GET", "/", {}, {{"Host", std::move(host)}})};
    return std::string{origin.path_of(url).value_or("another's")};
}

}  // namespace

TEST_CASE("a URL is the service's own under every name of its certificate", "[odata]") {
    const auto own = root("https://127.0.0.1:8443");
    CHECK(path(own, "https://127.0.0.1:8443/a?b") == "/a?b");
    CHECK(path(own, "https://localhost:8443/a") == "/a");
    CHECK(path(own, "HTTPS://Vault.Example.COM:8443/a") == "/a");
    CHECK(path(own, "https://[::1]:8443/a") == "/a");
    CHECK(path(own, "https://localhost:8443").empty());
    for (const auto* const url :
         {"",
          "/a",
          "a",
          "http://localhost:8443/a",
          "https://localhost/a",
          "https://localhost:9/a",
          "https://127.0.0.1/a",
          "https://127.0.0.2:8443/a",
          "https://evil.example.com:8443/a",
          "https://localhost:8443@evil.example.com/a",
          "https://localhost.evil.example.com:8443/a",
          "https://evil.example.com:8443/https://localhost:8443/a",
          "https:///a",
          "https://local\thost:8443/a"}) {
        CAPTURE(url);
        CHECK(path(own, url) == "another's");
    }
}

TEST_CASE("a URL is the service's own under the port that the request used", "[odata]") {
    const auto own = root("https://127.0.0.1:8443");
    CHECK(path(own, "https://vault.example.com/a", "vault.example.com") == "/a");
    CHECK(path(own, "https://vault.example.com:443/a", "Vault.example.com") == "/a");
    CHECK(path(own, "https://vault.example.com/a", "localhost") == "another's");
    CHECK(path(own, "https://evil.example.com/a", "evil.example.com") == "another's");
}

TEST_CASE("a URL is the service's own under its configured origin", "[odata]") {
    const auto own = root("https://proxy.example.com");
    CHECK(path(own, "https://proxy.example.com/a") == "/a");
    CHECK(path(own, "https://proxy.example.com:443/a") == "/a");
    CHECK(path(own, "https://localhost:8443/a") == "/a");
    CHECK(path(own, "https://proxy.example.com:8443/a") == "another's");
}

TEST_CASE("a reference to a row may be a URL under any name of the service", "[odata]") {
    const auto own = root("https://127.0.0.1:8443");
    const auto code = [&](const std::string& origin) {
        const auto url =
            "/api/data/v9.2/systemusers(" + id_text + ")/teammembership_association/$ref";
        const auto body =
            R"({"@odata.id":")" + origin + "/api/data/v9.2/teams(" + other_id_text + ")\"}";
        const auto result = parse(request("POST", url, body), own, anyone);
        return is_message<messages::Rejected>(result) ? "rejected" : "read";
    };
    CHECK(code("https://127.0.0.1:8443") == std::string{"read"});
    CHECK(code("https://localhost:8443") == std::string{"read"});
    CHECK(code("https://vault.example.com:8443") == std::string{"read"});
    CHECK(code("https://evil.example.com:8443") == std::string{"rejected"});
    CHECK(code("http://localhost:8443") == std::string{"rejected"});
}

TEST_CASE("a target under another service's name is rejected", "[odata]") {
    const auto own = root("https://127.0.0.1:8443");
    const auto rejected = [&](const std::string& origin) {
        return is_message<messages::Rejected>(
            parse(request("GET", origin + secrets + "(" + id_text + ")"), own, anyone)
        );
    };
    CHECK_FALSE(rejected(""));
    CHECK_FALSE(rejected("https://localhost:8443"));
    // Something in front of the server may forward another port.
    CHECK_FALSE(rejected("https://localhost:9443"));
    CHECK(rejected("https://evil.example.com:8443"));
}

}  // namespace rookery::odata
