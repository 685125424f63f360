#include "odata/request/request_origin.hpp"

#include "odata/request_for_test.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

namespace rookery::odata::request_origin_test {
namespace {

ServiceRoot root(std::string origin) {
    ServiceRoot out;
    out.origin = std::move(origin);
    out.port = 8443;
    out.carries = [](std::string_view host) {
        constexpr std::array names{"localhost", "vault.example.com", "::1"};
        return std::ranges::find(names, host) != names.end();
    };
    out.serves = [carries = out.carries](std::string_view host) {
        return carries(host) || host.ends_with(".wild.example.com");
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
    CHECK(path(own, "https://[0:0::0001]:8443/a") == "/a");
    CHECK(path(own, "https://localhost:8443") == "/");
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

TEST_CASE(
    "under a wildcard of the certificate, only the request's own host is the service", "[odata]"
) {
    const auto own = root("https://127.0.0.1:8443");
    const auto* const url = "https://a.wild.example.com:8443/a";
    CHECK(path(own, url, "a.wild.example.com:8443") == "/a");
    CHECK(path(own, url, "b.wild.example.com:8443") == "another's");
    CHECK(path(own, url, "localhost:8443") == "another's");
}

TEST_CASE("links begin with what the request was sent to, in one spelling", "[odata]") {
    auto own = root("https://127.0.0.1:8443");
    const auto links = [&](std::string host, std::string target = "/") {
        const RequestOrigin origin{
            own, request("GET", std::move(target), {}, {{"Host", std::move(host)}})};
        return std::string{origin.links()};
    };
    CHECK(links("localhost:8443") == own.origin);
    own.follows_host = true;
    CHECK(links("LocalHost:8443") == "https://localhost:8443");
    CHECK(links("localhost:443") == "https://localhost");
    CHECK(links("[::0001]:9") == "https://[::1]:9");
    CHECK(links("a.wild.example.com") == "https://a.wild.example.com");
    CHECK(links("h", "https://localhost:9/a") == "https://localhost:9");
    CHECK(links("localhost:9", "https://evil.example.com/a") == own.origin);
    for (const std::string host :
         {"",
          "h",
          "localhost/a",
          "localhost:1/a",
          "u@localhost",
          "localhost:1:2",
          "[127.0.0.1]",
          "localhost."}) {
        CAPTURE(host);
        CHECK(links(host) == own.origin);
    }
    CHECK(RequestOrigin{}.links().empty());
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

}  // namespace rookery::odata::request_origin_test
