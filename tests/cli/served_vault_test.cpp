// The vault of a server through its openings and sealings, with a real server in front and RocksDB behind it.
#include "cli/local/served_vault.hpp"

#include "access/built_in.hpp"
#include "base/secret_arena.hpp"
#include "crypto/key_file_slot.hpp"
#include "crypto/passphrase_slot.hpp"
#include "http/certificate_authority.hpp"
#include "http/certificate_folder.hpp"
#include "http/seal_answers.hpp"
#include "http/tls_client.hpp"
#include "messages/message.hpp"
#include "support/brought.hpp"
#include "support/test_vault.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace served_vault_test {

using namespace rookery;
using namespace rookery::cli;
using rookery::test::value;

namespace {

constexpr std::string_view passphrase = "correct horse battery staple";

std::string request(std::string_view method, std::string_view path, const std::string& more = {}) {
    return std::string{method} + " " + std::string{path} + " HTTP/1.1\r\nHost: h\r\n" + more +
           "Content-Length: 0\r\n\r\n";
}

constexpr std::string_view who_am_i = "/api/data/v9.2/WhoAmI";

/// A vault on the disk that a passphrase opens, held by a server.
class SealedServer {
 public:
    SealedServer() : served_(options(), log_, clock_, random_) {
        {
            messages::Unsealing slots(crypto::passphrase_offer(
                SecretBytes::copy_of(passphrase), crypto::passphrase_cost_floor
            ));
            const auto vault = value(messages::Vault::create(
                vault_options(), messages::VaultKind::development, slots, clock_, random_
            ));
            bearer_ = make_credential(*vault);
        }
        REQUIRE(served_.hold());
        const auto made =
            value(http::ensure_server_certificate(certificates_.path(), {"127.0.0.1"}, clock_.now())
            );
        authority_ = made.authority;
        http::TlsOptions tls;
        tls.certificate_file = made.certificate;
        tls.key_file = made.key;
        http::ServerOptions server;
        server.tls = [tls] { return tls; };
        server.io_threads = 2;
        server_ = value(served_.serve(std::move(server)));
    }

    ~SealedServer() {
        server_->stop();
        served_.stop();
        server_->join();
    }

    SealedServer(const SealedServer&) = delete;
    SealedServer& operator=(const SealedServer&) = delete;

    [[nodiscard]] test::TlsClient connect() const {
        return test::TlsClient{server_->port(), authority_};
    }

    /// Of a request with a good credential.
    [[nodiscard]] int status_of(std::string_view method, std::string_view path) const {
        auto client = connect();
        const auto answer = client.ask(request(method, path, bearer_));
        return answer ? answer->status : 0;
    }

    [[nodiscard]] Result<http::SealStatus> unseal(std::string_view with) {
        return served_.unseal({http::UnsealInput::Kind::way, {}, test::brought("Passphrase", with)}
        );
    }

    /// As the API says it, until it says so.
    void wait_until_sealed() const {
        for (int i = 0; i < 100'000 && !served_.status().sealed; ++i) {
            CHECK(status_of("GET", http::seal_status_path) == 200);
        }
        REQUIRE(served_.status().sealed);
    }

    [[nodiscard]] ServedVault& served() { return served_; }

    [[nodiscard]] std::filesystem::path data() const { return folder_.path() / "data"; }

    void set_free_space(std::uintmax_t bytes) { free_ = bytes; }

    [[nodiscard]] bool lost() const { return lost_; }

 private:
    static std::string make_credential(messages::Vault& vault) {
        const auto run = [&](const messages::Message& message) {
            return value(vault.run(vault.system(), message));
        };
        messages::Create user;
        user.table = schema::table("systemuser");
        const auto cell = [&](std::string_view column, messages::InputValue of) {
            user.input.cells.push_back({user.table->column(column), std::move(of)});
        };
        cell("domainname", std::string("ada@example.com"));
        cell("lastname", std::string("ada"));
        cell(
            "businessunitid",
            messages::Target{schema::table("businessunit"), vault.root_business_unit()}
        );
        const auto made = value(
            messages::take_reply_as<messages::NoContent>(run(messages::Message{std::move(user)}))
        );
        messages::Associate role;
        const auto* association = schema::association("systemuserroles_association");
        role.association = association;
        role.parent = messages::Target{schema::table("systemuser"), *made.id};
        role.child = messages::Target{schema::table("role"), access::system_administrator_role};
        static_cast<void>(run(messages::Message{std::move(role)}));
        messages::CreateCredential credential;
        credential.user = *made.id;
        credential.name = "test";
        credential.lifetime = std::chrono::hours{1};
        const auto reply = value(messages::take_reply_as<messages::CredentialReply>(
            run(messages::Message{std::move(credential)})
        ));
        return reply.token.expose([](ByteView token) {
            return "Authorization: Bearer " + std::string{text_of(token)} + "\r\n";
        });
    }

    [[nodiscard]] messages::VaultOptions vault_options() {
        messages::VaultOptions out;
        out.data = data();
        out.origin = "vault.test/audit/n1";
        out.organization = "Test";
        out.jobs = std::make_shared<messages::JobMonitor>();
        out.seal = [this] { served_.seal_soon(); };
        out.space_of = [this](const std::filesystem::path&) -> Result<storage::Space> {
            return storage::Space{free_.load(), std::uintmax_t{1} << 40U};
        };
        return out;
    }

    [[nodiscard]] ServedVault::Options options() {
        ServedVault::Options out;
        out.vault = [this] { return vault_options(); };
        out.start_jobs = [](messages::Vault&, const std::shared_ptr<messages::JobMonitor>&) {
            return std::unique_ptr<jobs::JobThread>{};
        };
        out.lost = [this] { lost_ = true; };
        return out;
    }

    const SystemClock clock_;
    SystemRandom random_;
    const OperatorLog log_{LogLevel::error, LogFormat::text};
    std::atomic<bool> lost_{false};
    std::atomic<std::uintmax_t> free_{std::uintmax_t{1} << 39U};
    test::TemporaryFolder folder_;
    test::CertificateFolder certificates_;
    std::filesystem::path authority_;
    std::string bearer_;
    ServedVault served_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace

TEST_CASE(
    "a vault is unsealed, sealed by a request and unsealed again, without a restart", "[cli]"
) {
    SealedServer f;
    constexpr std::size_t threads = 6;  // each keeps a cell of randomness from its first draw on
    for (int round = 0; round < 3; ++round) {
        CHECK(f.served().status().sealed);
        CHECK(f.status_of("GET", who_am_i) == 503);
        CHECK_FALSE(f.unseal("wrong horse battery staple"));
        CHECK(f.status_of("GET", who_am_i) == 503);
        const auto opened = f.unseal(passphrase);
        REQUIRE(opened);
        CHECK_FALSE(opened->sealed);
        CHECK(f.status_of("GET", who_am_i) == 200);
        const auto open = secret_arena_statistics().cells_in_use;
        CHECK(f.status_of("POST", "/api/data/v9.2/rky_Seal") == 204);
        f.wait_until_sealed();
        // Ten keys of the keyring, the ring key and what else was open are gone.
        const auto sealed = secret_arena_statistics().cells_in_use;
        CHECK(sealed + 11 <= open);
        CHECK(sealed <= threads);
    }
    CHECK_FALSE(f.lost());
}

TEST_CASE("what is asked of an open vault again is told that it is open", "[cli]") {
    SealedServer f;
    REQUIRE(f.unseal(passphrase));
    const auto again = f.unseal("whatever this is, it is not tried");
    REQUIRE(again);
    CHECK_FALSE(again->sealed);
}

TEST_CASE("a vault is sealed on a full disk, where nothing else is answered", "[cli]") {
    SealedServer f;
    REQUIRE(f.unseal(passphrase));
    f.set_free_space(1U << 20U);
    for (int i = 0; i < 100'000 && f.status_of("GET", who_am_i) != 503; ++i) {
    }
    CHECK(f.status_of("GET", who_am_i) == 503);
    CHECK(f.status_of("POST", "/api/data/v9.2/rky_Seal") == 204);
    f.wait_until_sealed();
    CHECK_FALSE(f.lost());
    const auto full = f.unseal(passphrase);
    REQUIRE_FALSE(full);
    CHECK(f.served().status().sealed);
    f.set_free_space(std::uintmax_t{1} << 39U);
    CHECK(f.unseal(passphrase));
    CHECK(f.status_of("GET", who_am_i) == 200);
}

TEST_CASE("what was refused keeps nobody from unsealing it", "[cli]") {
    SealedServer f;
    CHECK_FALSE(f.unseal("wrong horse battery staple"));
    CHECK(f.unseal(passphrase));
}

TEST_CASE("a vault that does not open for what was found in it stays sealed", "[cli]") {
    SealedServer f;
    std::filesystem::rename(f.data() / "keyring", f.data() / "elsewhere");
    const auto failed = f.unseal(passphrase);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == Errc::integrity);
    CHECK(f.served().status().sealed);
    CHECK_FALSE(f.lost());
    CHECK(f.status_of("GET", who_am_i) == 503);
    std::filesystem::rename(f.data() / "elsewhere", f.data() / "keyring");
    CHECK(f.unseal(passphrase));
    CHECK(f.status_of("GET", who_am_i) == 200);
}

}  // namespace served_vault_test
