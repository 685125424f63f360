#include "sync/sign_in.hpp"

#include "sync/scripted_server.hpp"

#include <catch2/catch.hpp>

#include <thread>

namespace sign_in_test {

using namespace rookery;
using namespace rookery::sync;
using namespace std::chrono_literals;
using test::answer;
using test::Asked;
using test::ScriptedServer;
using test::Told;

namespace {

std::string opened(const SignedIn& in) {
    if (!in.token) return {};
    return in.token->authorization.expose([](ByteView bytes) {
        return std::string{text_of(bytes).data()};
    });
}

/// An organization, an authority, and what they say, which a test may change.
struct Fixture {
    Fixture()
        : authority(
              folder,
              [this](const Asked&) {
                  return answer(
                      token_status,
                      token_body + (numbered ? std::to_string(++given) + "\"}" : ""),
                      token_headers
                  );
              }
          ),
          organization(folder, [this](const Asked&) {
              return answer(challenge_status, "", "WWW-Authenticate: " + challenge + "\r\n");
          }) {
        options.url = organization.origin();
        options.authorities = {authority.origin() + "/t1"};
        options.client_id = "client 1";
        set_challenge(authority.origin() + "/t1/oauth2/authorize", organization.origin() + "/");
    }

    void set_challenge(const std::string& uri, const std::string& resource) {
        challenge = "Bearer authorization_uri=" + uri + ", resource_id=" + resource;
    }

    [[nodiscard]] OrganizationClient client() const {
        OrganizationOptions out;
        out.origin = options.url;
        out.ca_file = organization.authority();
        auto made = OrganizationClient::open(out, [] { return false; });
        REQUIRE(made);
        return std::move(*made);
    }

    [[nodiscard]] SignIn sign_in() const {
        return SignIn(options, SecretBytes::copy_of("s&cr=t+/%\xC3\xA4"), clock);
    }

    ManualClock clock{from_ms(1'800'000'000'000)};
    test::CertificateFolder folder;
    int challenge_status = 401;
    std::string challenge;
    int token_status = 200;
    std::string token_headers;
    std::string token_body = R"({"token_type":"Bearer","expires_in":3599,"access_token":"t)";
    bool numbered = true;
    int given = 0;
    SyncOptions options;
    ScriptedServer authority;
    ScriptedServer organization;
};

}  // namespace

TEST_CASE("the client signs in where the challenge says, for the organization", "[sync]") {
    Fixture f;
    auto client = f.client();
    auto sign_in = f.sign_in();
    CHECK(opened(sign_in.token(client)) == "Authorization: Bearer t1");
    const auto probe = f.organization.asked().at(0);
    CHECK(probe.method == "GET");
    CHECK_FALSE(probe.has("Authorization"));
    const auto asked = f.authority.asked().at(0);
    CHECK(asked.method == "POST");
    CHECK(asked.target == "/t1/oauth2/v2.0/token");
    CHECK_FALSE(asked.has("Authorization"));
    CHECK_FALSE(asked.has("s&cr"));
    const auto scope = "https%3A%2F%2F127.0.0.1%3A" +
                       f.options.url.substr(f.options.url.rfind(':') + 1) + "%2F.default";
    CHECK(
        asked.body ==
        "grant_type=client_credentials&client_id=client%201&client_secret="
        "s%26cr%3Dt%2B%2F%25%C3%A4&scope=" +
            scope
    );
}

TEST_CASE("a token is used until a minute before its end, and again by everybody", "[sync]") {
    Fixture f;
    auto client = f.client();
    auto sign_in = f.sign_in();
    CHECK(opened(sign_in.token(client)) == "Authorization: Bearer t1");
    f.clock.advance(3538s);
    CHECK(opened(sign_in.token(client)) == "Authorization: Bearer t1");
    CHECK(f.authority.asked().size() == 1);
    f.clock.advance(1s);
    CHECK(opened(sign_in.token(client)) == "Authorization: Bearer t2");
}

TEST_CASE("a token that was not taken is renewed once, whoever says so", "[sync]") {
    Fixture f;
    auto client = f.client();
    auto sign_in = f.sign_in();
    const auto first = sign_in.token(client);
    sign_in.reject(first.token);
    CHECK(opened(sign_in.token(client)) == "Authorization: Bearer t2");
    sign_in.reject(first.token);  // another thread's late word on the old one
    CHECK(opened(sign_in.token(client)) == "Authorization: Bearer t2");
    CHECK(f.authority.asked().size() == 2);
}

TEST_CASE("threads that need a token at once sign in once", "[sync]") {
    Fixture f;
    auto sign_in = f.sign_in();
    std::vector<std::thread> threads;
    std::atomic<int> same{0};
    std::vector<OrganizationClient> clients;
    for (int i = 0; i < 4; ++i) clients.push_back(f.client());
    for (auto& client : clients) {
        threads.emplace_back([&] {
            if (opened(sign_in.token(client)) == "Authorization: Bearer t1") ++same;
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(same == 4);
    CHECK(f.authority.asked().size() == 1);
}

TEST_CASE("the secret goes to nobody who is not on the list", "[sync]") {
    Fixture f;
    const auto good = f.authority.origin();
    const auto host = good.substr(8);
    const auto port = good.substr(good.rfind(':') + 1);
    const auto uri = GENERATE_COPY(
        good + "/t2/oauth2/authorize",
        good + "/t1x/oauth2/authorize",
        good + "/T1/oauth2/authorize",
        good + "/t1/x/oauth2/authorize",
        good + "/t1/../t2/oauth2/authorize",
        good + "/t1/%2e%2e/t2/oauth2/authorize",
        good + "/t1//oauth2/authorize",
        good + "/oauth2/authorize",
        good + "/t1",
        good + "/t1/oauth2/authorize/",
        good + "/t1/oauth2/authorize?x=y",
        good + "/t1/oauth2/authorize#x",
        std::string{"https://127.0.0.1/t1/oauth2/authorize"},
        "https://127.0.0.1:" + port + "0/t1/oauth2/authorize",
        "https://" + host + ".evil.example/t1/oauth2/authorize",
        "https://" + host + "@evil.example/t1/oauth2/authorize",
        "https://evil.example\\@" + host + "/t1/oauth2/authorize",
        "https://x@" + host + "/t1/oauth2/authorize",
        "https://localhost:" + port + "/t1/oauth2/authorize",
        "http://" + host + "/t1/oauth2/authorize",
        "https://evil.example/" + host + "/t1/oauth2/authorize"
    );
    CAPTURE(uri);
    f.set_challenge(uri, f.organization.origin());
    auto client = f.client();
    auto sign_in = f.sign_in();
    const auto got = sign_in.token(client);
    // A slash at the end is the one spelling that means the same.
    if (uri == good + "/t1/oauth2/authorize/") {
        CHECK(got.token);
    } else {
        CHECK_FALSE(got.token);
        CHECK_FALSE(got.why.empty());
        CHECK(got.why.find("evil") == std::string::npos);
        CHECK(f.authority.connections() == 0);
    }
}

TEST_CASE("no token is asked for a resource that is not the organization", "[sync]") {
    Fixture f;
    const auto good = f.organization.origin();
    const auto resource = GENERATE_COPY(
        std::string{"https://other.example.com/"},
        good + "0",
        good + "/x",
        good + "@evil.example",
        good + ".evil.example",
        std::string{"https://127.0.0.1"},
        std::string{}
    );
    CAPTURE(resource);
    f.set_challenge(f.authority.origin() + "/t1/oauth2/authorize", resource);
    auto client = f.client();
    auto sign_in = f.sign_in();
    CHECK_FALSE(sign_in.token(client).token);
    CHECK(f.authority.connections() == 0);
}

TEST_CASE("an organization that asks for nothing gets no token", "[sync]") {
    Fixture f;
    const int status = GENERATE(200, 302, 403, 404, 500, 503);
    f.challenge_status = status;
    auto client = f.client();
    auto sign_in = f.sign_in();
    const auto got = sign_in.token(client);
    CHECK_FALSE(got.token);
    CHECK(got.why.find(std::to_string(status)) != std::string::npos);
    CHECK(f.authority.connections() == 0);
}

TEST_CASE("an authority that refuses, redirects or talks nonsense gives no token", "[sync]") {
    Fixture f;
    f.numbered = false;
    using Row = std::pair<int, std::string>;
    const auto [status, body] = GENERATE_COPY(
        Row{400, R"({"error":"invalid_client"})"},
        Row{401, ""},
        Row{307, ""},
        Row{429, ""},
        Row{503, ""},
        Row{200, ""},
        Row{200, "<html>"},
        Row{200, R"({"token_type":"Bearer","expires_in":3599})"},
        Row{200, R"({"expires_in":3599,"access_token":"t"})"},
        Row{200, R"({"token_type":"pop","expires_in":3599,"access_token":"t"})"},
        Row{200, R"({"token_type":"Bearer","access_token":"t"})"},
        Row{200, R"({"token_type":"Bearer","expires_in":-1,"access_token":"t"})"},
        Row{200, R"({"token_type":"Bearer","expires_in":3599,"access_token":""})"},
        Row{200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"a b"})"},
        Row{200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"a\r\nX: y"})"},
        Row{200,
            R"({"token_type":"Bearer","expires_in":3599,"access_token":")" +
                std::string(16385, 'a') + "\"}"}
    );
    CAPTURE(status, body.substr(0, 80));
    f.token_status = status;
    f.token_body = body;
    f.token_headers = "Retry-After: 9\r\nLocation: " + f.organization.origin() + "/token\r\n";
    auto client = f.client();
    auto sign_in = f.sign_in();
    const auto got = sign_in.token(client);
    CHECK_FALSE(got.token);
    CHECK_FALSE(got.why.empty());
    if (status != 200) CHECK(got.wait == 9s);
    CHECK(f.authority.asked().size() == 1);
    CHECK(f.organization.asked().size() == 1);
}

}  // namespace sign_in_test
