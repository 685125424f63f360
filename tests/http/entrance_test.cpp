// A server whose vault is sealed, opened and sealed again while clients are there.
#include "http/entrance.hpp"

#include "http/seal_answers.hpp"
#include "http/serving.hpp"

#include <atomic>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace entrance_test {

using namespace rookery;
using namespace rookery::test;

namespace {

/// Opens for the one right passphrase, by a word of the test.
class Desk final : public http::VaultDesk {
 public:
    [[nodiscard]] http::SealStatus status() const override { return {sealed, {1, 3}, true}; }

    [[nodiscard]] Result<http::SealStatus> unseal(http::UnsealInput input) override {
        ++attempts;
        if (input.kind == http::UnsealInput::Kind::way && slow) slow->get();
        last = input.kind;
        parts = input.way.parts.size();
        const auto is_right = [](const SecretBytes& secret) {
            return secret.expose([](ByteView bytes) {
                return text_of(bytes) == "correct horse battery staple";
            });
        };
        const bool right = input.kind == http::UnsealInput::Kind::share
                               ? is_right(input.share)
                               : parts == 1 && is_right(input.way.parts[0].brought.secrets[0]);
        if (!right) return fail(Errc::wrong_secret, "the passphrase opens no slot of this vault");
        sealed = false;
        return status();
    }

    void tick() override {}

    std::optional<std::future<void>> slow;  // until then a passphrase is being tried
    std::atomic<bool> sealed{true};
    std::atomic<int> attempts{0};
    std::atomic<http::UnsealInput::Kind> last{http::UnsealInput::Kind::share};
    std::atomic<std::size_t> parts{0};  // of the last way
};

/// A server with nothing behind it yet.
struct SealedServer {
    SealedServer() {
        const auto made =
            value(http::ensure_server_certificate(folder.path(), {"127.0.0.1"}, SystemClock{}.now())
            );
        authority = made.authority;
        http::TlsOptions tls;
        tls.certificate_file = made.certificate;
        tls.key_file = made.key;
        http::ServerOptions options;
        options.tls = [tls] { return tls; };
        options.io_threads = 2;
        options.log = [](std::string_view line) { WARN(line); };
        server = value(http::Server::start(std::move(options), vault.clock(), desk, nullptr));
    }

    ~SealedServer() {
        server->stop();
        server->join();
    }

    SealedServer(const SealedServer&) = delete;
    SealedServer& operator=(const SealedServer&) = delete;

    [[nodiscard]] TlsClient connect() const { return TlsClient{server->port(), authority}; }

    test::CertificateFolder folder;
    TestVault vault;
    std::filesystem::path authority;
    Desk desk;
    std::unique_ptr<http::Server> server;
};

std::string post(
    std::string_view path, std::string_view body, std::string_view type = "application/json"
) {
    return "POST " + std::string{path} +
           " HTTP/1.1\r\nHost: h\r\nContent-Type: " + std::string{type} +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

}  // namespace

TEST_CASE("a sealed server answers health and its seal, and refuses all else alike", "[http]") {
    const SealedServer f;
    auto client = f.connect();
    CHECK(client.ask(get("/healthz"))->status == 200);
    const auto ready = client.ask(get("/readyz"));
    CHECK(ready->status == 503);
    CHECK(ready->body == "the vault is sealed\n");
    const auto status = client.ask(get(http::seal_status_path));
    CHECK(status->status == 200);
    CHECK(status->body == R"({"Sealed":true,"SharesGiven":1,"SharesNeeded":3,"ByRequest":true})");
    const auto refused = client.ask(get(who_am_i));
    CHECK(refused->status == 503);
    CHECK(refused->has("Retry-After: 10"));
    CHECK(refused->body.find(R"("code":"rky_Sealed")") != std::string::npos);
    CHECK(refused->body.find("rookery unseal") != std::string::npos);
    for (const auto* const path :
         {"/", "/api/data/v9.2/nothing", "/api/data/v9.2/rky_Seal", "/oauth2/token"}) {
        CHECK(
            client.ask(get(path, "Authorization: Bearer rky1_nobody\r\n"))->body == refused->body
        );
        CHECK(client.ask(post(path, "{}"))->body == refused->body);
    }
    CHECK(f.desk.attempts == 0);
}

TEST_CASE("a sealed server reads no large body, and none that it does not understand", "[http]") {
    const SealedServer f;
    const auto large = "{\"Share\":\"" + std::string(5000, 'a') + "\"}";
    CHECK(f.connect().ask(post(http::unseal_path, large))->status == 413);
    const auto announced = "POST " + std::string(http::unseal_path) +
                           " HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n";
    CHECK(f.connect().ask(announced)->status == 503);
    for (const auto* const body :
         {"",
          "{}",
          "[]",
          "{\"Share\":1}",
          "{\"Share\":null,\"Passphrase\":null}",
          R"({"Share":"a","Passphrase":"b"})",
          R"({"Passphrase":"a","KeyFile":"b","TokenPin":"c"})",
          R"({"Shares":["a","b"]})",
          R"({"Passphrase":"a","Passphrase":"b"})"}) {
        CAPTURE(body);
        CHECK(f.connect().ask(post(http::unseal_path, body))->status == 400);
    }
    CHECK(f.connect().ask(post(http::unseal_path, "{}", "text/plain"))->status == 415);
    CHECK(f.connect().ask(get(http::unseal_path))->status == 405);
    CHECK(f.desk.attempts == 0);
}

TEST_CASE("what unseals it is told what became of it, and an open vault takes nothing", "[http]") {
    SealedServer f;
    auto client = f.connect();
    const auto wrong = client.ask(post(http::unseal_path, R"({"Passphrase":"no"})"));
    CHECK(wrong->status == 403);
    CHECK(wrong->body.find("opens no slot of this vault") != std::string::npos);
    CHECK(f.desk.last == http::UnsealInput::Kind::way);
    // That address has just been refused.
    constexpr const char* good = R"({"Passphrase":"correct horse battery staple"})";
    CHECK(client.ask(post(http::unseal_path, good))->status == 429);
    const auto right =
        client.ask(post(http::unseal_path, R"({"Share":"correct horse battery staple"})"));
    CHECK(right->status == 200);
    CHECK(right->body.find(R"("Sealed":false)") != std::string::npos);
    CHECK(f.desk.attempts == 2);
    CHECK(client.ask(post(http::unseal_path, R"({"Share":"svs1"})"))->status == 200);
    CHECK(f.desk.attempts == 2);
}

TEST_CASE("every way that opens by itself is taken, and two of them are a pair", "[http]") {
    for (const auto* body :
         {R"({"KeyFile":"00"})",
          R"({"Credential":"00"})",
          R"({"TokenPin":"1234"})",
          R"({"KeyFile":"a","Passphrase":"b"})"}) {
        CAPTURE(body);
        SealedServer f;  // who was refused lets others go first
        CHECK(f.connect().ask(post(http::unseal_path, body))->status == 403);
        CHECK(f.desk.last == http::UnsealInput::Kind::way);
        CHECK(
            f.desk.parts == (std::string_view{body}.find(',') == std::string_view::npos ? 1U : 2U)
        );
    }
}

TEST_CASE("a share waits its turn while a passphrase is being tried", "[http]") {
    SealedServer f;
    std::promise<void> tried;
    f.desk.slow = tried.get_future();
    const auto send = [&f](const char* body) {
        return std::async(std::launch::async, [&f, body] {
            return f.connect().ask(post(http::unseal_path, body))->status;
        });
    };
    auto passphrase = send(R"({"Passphrase":"no"})");
    while (f.desk.attempts == 0) std::this_thread::yield();
    CHECK(send(R"({"Passphrase":"nor this"})").get() == 429);
    // Of two shares one is in the line, and the other is told so.
    std::vector<std::future<int>> shares;
    for (int i = 0; i < 2; ++i) shares.push_back(send(R"({"Share":"svs1"})"));
    const auto refused = [&] {
        for (std::size_t i = 0;; i = 1 - i) {
            if (shares[i].wait_for(1ms) == std::future_status::ready) return i;
        }
    }();
    CHECK(shares[refused].get() == 429);
    tried.set_value();
    CHECK(passphrase.get() == 403);
    CHECK(shares[1 - refused].get() == 403);
    CHECK(f.desk.attempts == 2);
}

TEST_CASE("a server opens and seals its vault under its clients, again and again", "[http]") {
    SealedServer f;
    auto client = f.connect();
    for (int round = 0; round < 3; ++round) {
        CHECK(client.ask(get(who_am_i))->status == 503);
        f.desk.sealed = false;
        f.server->open(f.vault.vault());
        CHECK(client.ask(get(who_am_i))->status == 401);
        CHECK(client.ask(get("/readyz"))->status == 200);
        CHECK(client.ask(get(http::seal_status_path))->body.find("false") != std::string::npos);
        f.server->close(1s);
        f.desk.sealed = true;
    }
}

TEST_CASE("a vault is closed only when nobody is inside, and nobody comes in after", "[http]") {
    SealedServer f;
    f.server->open(f.vault.vault());
    std::atomic<bool> over{false};
    std::vector<std::future<int>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::async(std::launch::async, [&f, &over] {
            auto client = f.connect();
            int answered = 0;
            while (!over) {
                const auto answer = client.ask(get(who_am_i));
                if (!answer) return -1;
                if (answer->status == 401) ++answered;
                if (answer->status == 503) return answered;
            }
            return answered;
        }));
    }
    f.server->close(1s);
    f.vault.close();  // what is still inside would touch it
    over = true;
    for (auto& client : clients) CHECK(client.get() >= 0);
}

}  // namespace entrance_test
