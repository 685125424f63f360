#include "sync/organization_client.hpp"

#include "sync/scripted_server.hpp"

#include <catch2/catch.hpp>

namespace organization_client_test {

using namespace rookery;
using namespace rookery::sync;
using namespace std::chrono_literals;
using test::answer;
using test::Asked;
using test::ScriptedServer;
using test::Told;

namespace {

struct Fixture {
    explicit Fixture(ScriptedServer::Script script) : server(folder, std::move(script)) {
        options.origin = server.origin();
        options.ca_file = server.authority();
    }

    [[nodiscard]] OrganizationClient open(bool stopping = false) const {
        auto opened = OrganizationClient::open(options, [stopping] { return stopping; });
        REQUIRE(opened);
        return std::move(*opened);
    }

    test::CertificateFolder folder;
    ScriptedServer server;
    OrganizationOptions options;
};

SecretBytes bearer() {
    return SecretBytes::copy_of(std::string_view{"Authorization: Bearer t0ken\0", 28});
}

}  // namespace

TEST_CASE("a call brings what was asked and what was answered", "[sync]") {
    Fixture f{[](const Asked&) {
        return answer(
            429,
            "body",
            "Retry-After: 7\r\nWWW-Authenticate: Basic x\r\nwww-authenticate: bearer a=b\r\n"
        );
    }};
    auto organization = f.open();
    const auto token = bearer();
    const auto got =
        organization.call("PATCH", "/p(1)", &token, {Condition::Kind::match, "W/\"5\""}, "{}");
    CHECK(got.arrival == Arrival::answered);
    CHECK(got.status == 429);
    CHECK(got.text() == "body");
    CHECK(got.retry_after == "7");
    CHECK(got.authenticate == "bearer a=b");
    const auto asked = f.server.asked().at(0);
    CHECK(asked.method == "PATCH");
    CHECK(asked.target == "/p(1)");
    CHECK(asked.body == "{}");
    CHECK(asked.header("Authorization") == "Bearer t0ken");
    CHECK(asked.header("If-Match") == "W/\"5\"");
    CHECK(asked.header("OData-Version") == "4.0");
    CHECK(asked.header("Content-Type") == "application/json; charset=utf-8");
    CHECK_FALSE(asked.has("Expect"));

    CHECK(organization.call("DELETE", "/p(1)", nullptr).status == 429);
    CHECK_FALSE(f.server.asked().at(1).has("Authorization"));
    CHECK_FALSE(f.server.asked().at(1).has("If-"));
    CHECK(f.server.connections() == 1);
}

TEST_CASE("a form goes without the token", "[sync]") {
    Fixture f{[](const Asked&) { return answer(200, "{}"); }};
    auto organization = f.open();
    const auto token = bearer();
    CHECK(organization.call("GET", "/a", &token).status == 200);
    const auto form = SecretBytes::copy_of("a=b");
    CHECK(organization.post_form(f.server.origin() + "/token", form).status == 200);
    const auto asked = f.server.asked().at(1);
    CHECK(asked.method == "POST");
    CHECK(asked.body == "a=b");
    CHECK(asked.header("Content-Type") == "application/x-www-form-urlencoded");
    CHECK_FALSE(asked.has("Authorization"));
}

TEST_CASE("a redirect is an answer and leads nowhere", "[sync]") {
    test::CertificateFolder other_folder;
    ScriptedServer other{other_folder, [](const Asked&) { return answer(204); }};
    const int status = GENERATE(301, 302, 303, 307, 308);
    Fixture f{
        [&](const Asked&) { return answer(status, "", "Location: " + other.origin() + "/\r\n"); }};
    auto organization = f.open();
    const auto token = bearer();
    const auto got = organization.call("PATCH", "/a", &token, {}, "{}");
    CHECK(got.arrival == Arrival::answered);
    CHECK(got.status == status);
    CHECK(f.server.asked().size() == 1);
    CHECK(other.connections() == 0);
}

TEST_CASE("an answer without end is cut off", "[sync]") {
    using Then = Told::Then;
    const auto told = GENERATE(
        Told{"HTTP/1.1 204 X\r\nX-Many: " + std::string(1000, 'x') + "\r\n", Then::keep},
        Told{"X-Many: " + std::string(1000, 'x') + "\r\n", Then::repeat},
        Told{"HTTP/1.1 100 Continue\r\n\r\n", Then::repeat},
        Told{
            "HTTP/1.1 200 X\r\nContent-Length: 999999999\r\n\r\n" + std::string(4096, 'x'),
            Then::repeat},
        Told{"HTTP/1.1 200 X\r\n\r\n" + std::string(4096, 'x'), Then::repeat},
        Told{std::string(4096, 'x'), Then::repeat}
    );
    auto script = told;
    if (told.then == Then::keep) {  // one answer whose headers go on
        for (int i = 0; i < 100; ++i) script.bytes += "X-Many: " + std::string(1000, 'x') + "\r\n";
        script.then = Then::hang;
    }
    Fixture f{[script](const Asked&) { return script; }};
    auto organization = f.open();
    const auto got = organization.call("PATCH", "/a", nullptr, {}, "{}");
    CHECK(got.arrival == Arrival::unknown);
    CHECK_FALSE(got.trouble.empty());
    CHECK(got.body.empty());
}

TEST_CASE("an answer as large as the bound is taken, one byte more is not", "[sync]") {
    Fixture f{[](const Asked& asked) {
        return answer(200, std::string(answer_bytes_max + (asked.target == "/more" ? 1 : 0), 'x'));
    }};
    auto organization = f.open();
    CHECK(organization.call("GET", "/a", nullptr).body.size() == answer_bytes_max);
    CHECK(organization.call("GET", "/more", nullptr).arrival == Arrival::unknown);
}

TEST_CASE("what happened to a request whose answer is cut or late is unknown", "[sync]") {
    using Then = Told::Then;
    const auto told = GENERATE(
        Told{"", Then::close},
        Told{"HTTP/1.1 20", Then::close},
        Told{"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nhalf", Then::close},
        Told{"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal", Then::close},
        Told{"", Then::hang},
        Told{"HTTP/1.1 204 X\r\nX: ", Then::hang},
        Told{"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nhalf", Then::hang}
    );
    CAPTURE(told.bytes);
    Fixture f{[told](const Asked&) { return told; }};
    f.options.request = 500ms;
    auto organization = f.open();
    const auto got = organization.call("PATCH", "/a", nullptr, {}, "{}");
    CHECK(got.arrival == Arrival::unknown);
    CHECK_FALSE(got.repeated);
    CHECK(f.server.asked().size() == 1);
}

TEST_CASE("a request that libcurl sent twice is not one that was answered", "[sync]") {
    Fixture f{[](const Asked& asked) {
        // The connection that was kept ends without a byte; the new one works.
        if (asked.target == "/b" && asked.connection == 1) return Told{"", Told::Then::close};
        return answer(204);
    }};
    auto organization = f.open();
    CHECK(organization.call("PATCH", "/a", nullptr, {}, "{}").arrival == Arrival::answered);
    const auto got = organization.call("PATCH", "/b", nullptr, {}, "{}");
    CHECK(got.arrival == Arrival::unknown);
    CHECK(got.repeated);
    CHECK(f.server.asked().size() == 3);
}

TEST_CASE("a request that never left is known not to have", "[sync]") {
    Fixture f{[](const Asked&) { return answer(204); }};
    SECTION("nobody listens") {
        std::string gone;
        {
            const test::CertificateFolder folder;
            const ScriptedServer other{folder, [](const Asked&) { return answer(204); }};
            gone = other.origin();
        }
        f.options.origin = gone;
    }
    SECTION("no such host") { f.options.origin = "https://nowhere.invalid"; }
    SECTION("the certificate is of somebody else") {
        const test::CertificateFolder other;
        const auto made = http::ensure_server_certificate(other.path(), {"x"}, SystemClock{}.now());
        REQUIRE(made);
        std::filesystem::copy_file(made->authority, f.folder.path() / "other.pem");
        f.options.ca_file = f.folder.path() / "other.pem";
    }
    SECTION("the certificate has another name") {
        auto& origin = f.options.origin;
        origin.replace(origin.find("127.0.0.1"), 9, "127.0.0.2");
        // 127.0.0.2 is this machine as well; whether it listens there or not, nothing is sent.
    }
    SECTION("plain HTTP") {
        auto& origin = f.options.origin;
        origin.replace(0, 5, "http");
    }
    auto organization = f.open();
    const auto got = organization.call("PATCH", "/a", nullptr, {}, "{}");
    CHECK(got.arrival == Arrival::not_sent);
    CHECK_FALSE(got.trouble.empty());
    CHECK(f.server.asked().empty());
}

TEST_CASE("a stop ends a call", "[sync]") {
    SECTION("before it begins") {
        Fixture f{[](const Asked&) { return answer(204); }};
        auto organization = f.open(true);
        const auto got = organization.call("GET", "/a", nullptr);
        CHECK(got.stopped);
        CHECK(got.arrival == Arrival::not_sent);
        CHECK(f.server.connections() == 0);
    }
    SECTION("while it waits for its answer") {
        std::atomic<bool> stopping{false};
        Fixture f{[&](const Asked&) {
            stopping = true;
            return Told{"", Told::Then::hang};
        }};
        auto organization = OrganizationClient::open(f.options, [&] { return stopping.load(); });
        REQUIRE(organization);
        const auto got = organization->call("GET", "/a", nullptr);
        CHECK(got.stopped);
        CHECK(got.arrival == Arrival::unknown);
    }
}

TEST_CASE("an ETag may go back only if it cannot be anything else", "[sync]") {
    for (const std::string good : {"W/\"5001\"", "\"a\"", "W/\"\""}) CHECK(is_etag(good));
    for (const std::string bad :
         {"",
          "*",
          "5001",
          "W/5001",
          "W/\"",
          "\"",
          "W/\"a\"b\"",
          "W/\"a b\"",
          "W/\"a\r\nX: y\"",
          "w/\"a\"",
          "\"a\", \"b\"",
          "\"\xC3\xA4\""}) {
        CAPTURE(bad);
        CHECK_FALSE(is_etag(bad));
    }
    CHECK_FALSE(is_etag("\"" + std::string(127, 'a') + "\""));
}

}  // namespace organization_client_test
