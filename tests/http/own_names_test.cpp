#include "http/serving.hpp"

#include <string>

namespace own_names_test {

namespace {

using namespace rookery;
using test::applications;
using test::get;
using test::reader;
using test::Serving;
using test::who_am_i;

const std::vector<std::string> names{"127.0.0.1", "localhost", "vault.example.com"};

/// The context URL of a list says what links begin with.
std::string link_origin(const Serving& f, const std::string& token, const std::string& host) {
    const auto answer = f.connect().ask(get(applications, token, host));
    REQUIRE(answer);
    REQUIRE(answer->status == 200);
    const auto from = answer->body.find("https://");
    return answer->body.substr(from, answer->body.find("/api/") - from);
}

}  // namespace

TEST_CASE("links begin with the name of the request, when the certificate has it", "[http]") {
    Serving f({}, 0, names);
    const auto token = reader(f, "reader");
    const auto port = ":" + std::to_string(f.server->port());
    CHECK(link_origin(f, token, "vault.example.com" + port) == "https://vault.example.com" + port);
    CHECK(link_origin(f, token, "LOCALHOST" + port) == "https://localhost" + port);
    // A port that something in front of the server forwards.
    CHECK(link_origin(f, token, "vault.example.com") == "https://vault.example.com");
    CHECK(link_origin(f, token, "vault.example.com:9443") == "https://vault.example.com:9443");
    for (const std::string host :
         {"evil.example.com", "h", "localhost:1:2", "localhost:0", "[127.0.0.1]", "localhost."}) {
        CAPTURE(host);
        CHECK(link_origin(f, token, host + port) == "https://127.0.0.1" + port);
    }
}

TEST_CASE("links begin with the configured URL, whatever name the request used", "[http]") {
    Serving f({}, 0, names, "https://vault.example.com");
    const auto token = reader(f, "reader");
    CHECK(link_origin(f, token, "localhost") == "https://vault.example.com");
    CHECK(link_origin(f, token, "h") == "https://vault.example.com");
}

TEST_CASE("a server takes its own links back", "[http]") {
    const std::string configured = GENERATE("", "https://vault_1.lan", "https://[0:0::1]:9443");
    Serving f({}, 0, names, configured);
    f.vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string{"listed"}});
    const auto token = reader(f, "reader") + "Accept: application/json;odata.metadata=full\r\n";
    auto client = f.connect();
    const auto listed = client.ask(get(applications, token, "localhost"));
    REQUIRE(listed);
    constexpr std::string_view member = "\"@odata.id\":\"";
    const auto from = listed->body.find(member);
    REQUIRE(from != std::string::npos);
    const auto link = listed->body.substr(from + member.size());
    CHECK(client.ask(get(link.substr(0, link.find('"')), token))->status == 200);
}

TEST_CASE("health is told under any name", "[http]") {
    Serving f({}, 0, names);
    CHECK(f.connect().ask(get("https://evil.example.com/healthz"))->status == 200);
}

TEST_CASE("a request target may be an absolute URL of the server's own names", "[http]") {
    Serving f({}, 0, names);
    const auto token = reader(f, "reader");
    const auto port = ":" + std::to_string(f.server->port());
    auto client = f.connect();
    const auto status = [&](const std::string& origin, const std::string& host) {
        return client.ask(get(origin + std::string{who_am_i}, token, host))->status;
    };
    CHECK(status("https://localhost" + port, "h") == 200);
    CHECK(status("HTTPS://Vault.Example.com" + port, "h") == 200);
    CHECK(status("https://127.0.0.1" + port, "evil.example.com") == 200);
    CHECK(client.ask(get("https://localhost" + port + "/healthz"))->status == 200);
    // The Host header says nothing then (RFC 9112 section 3.2.2).
    for (const auto& origin :
         {"https://evil.example.com" + port,
          "https://user@localhost" + port,
          std::string{"https://"}}) {
        CAPTURE(origin);
        CHECK(status(origin, "localhost" + port) == 400);
    }
    CHECK(link_origin(f, token, "localhost" + port) == "https://localhost" + port);
    const auto answer =
        client.ask(get("https://localhost" + port + std::string{applications}, token, "h"));
    CHECK(answer->body.find("https://localhost" + port + "/api/") != std::string::npos);
}

}  // namespace own_names_test
