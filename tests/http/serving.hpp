// A server on a vault of its own, over real TLS, for the tests of what it answers.
#pragma once

#include "http/certificate_authority.hpp"
#include "http/certificate_folder.hpp"
#include "http/server.hpp"
#include "http/tls_client.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::test {

using namespace std::chrono_literals;

/// A server with the vault behind it, and what happened there.
struct Serving {
    explicit Serving(
        http::Limits limits = {}, std::size_t workers = 0,
        const std::vector<std::string>& names = {"127.0.0.1"}, std::string origin = {}
    ) {
        const auto made =
            value(http::ensure_server_certificate(folder.path(), names, SystemClock{}.now()));
        authority = made.authority;
        http::ServerOptions options;
        http::TlsOptions tls;
        tls.certificate_file = made.certificate;
        tls.key_file = made.key;
        options.tls = [tls] { return tls; };
        options.origin = std::move(origin);
        options.limits = limits;
        options.io_threads = 2;
        options.worker_threads = workers;
        options.log = [](std::string_view line) { WARN(line); };
        server = value(http::Server::start(std::move(options), vault.vault()));
    }

    ~Serving() { end(); }

    void end() {
        if (!server) return;
        server->stop();
        server->join();
        server.reset();
    }

    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

    [[nodiscard]] TlsClient connect() const { return TlsClient{server->port(), authority}; }

    /// A credential of the user, as an Authorization header line.
    std::string credential(const Uuid& user, std::chrono::seconds lifetime = 1h) {
        messages::CreateCredential message;
        message.user = user;
        message.name = "test";
        message.lifetime = lifetime;
        const auto reply = vault.run_as_system<messages::CredentialReply>(message);
        last_credential = reply.credential;
        return reply.token.expose([](ByteView token) {
            return "Authorization: Bearer " + std::string{text_of(token)} + "\r\n";
        });
    }

    /// Newest first, without the entries of reading the log.
    std::vector<messages::LogEntry> log() {
        messages::RetrieveAuditEvents message;
        message.top = 1000;
        auto reply = vault.run_as_system<messages::LogReply>(message);
        std::erase_if(reply.entries, [](const auto& entry) {
            return entry.event.action == audit::Action::audit_read;
        });
        return std::move(reply.entries);
    }

    std::size_t logged(audit::Action action) {
        return static_cast<std::size_t>(std::ranges::count_if(log(), [&](const auto& e) {
            return e.event.action == action;
        }));
    }

    test::CertificateFolder folder;
    TestVault vault;
    std::filesystem::path authority;
    std::unique_ptr<http::Server> server;
    Uuid last_credential;
};

inline std::string get(
    std::string_view path, std::string_view headers = {}, std::string_view host = "h"
) {
    return "GET " + std::string{path} + " HTTP/1.1\r\nHost: " + std::string{host} + "\r\n" +
           std::string{headers} + "\r\n";
}

inline constexpr std::string_view who_am_i = "/api/data/v9.2/WhoAmI";
inline constexpr std::string_view applications = "/api/data/v9.2/msdyn_octwitterapplications";

/// A user who may read the applications, and his credential as a header line.
inline std::string reader(Serving& f, const std::string& name) {
    const auto user = f.vault.user(name);
    const auto role =
        f.vault.role(name, {"prvReadmsdyn_octwitterapplication"}, schema::Depth::global);
    f.vault.associate("systemuserroles_association", user, role);
    return f.credential(user);
}

}  // namespace rookery::test
