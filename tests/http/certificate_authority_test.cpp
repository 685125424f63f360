#include "http/certificate_authority.hpp"

#include "http/certificate_folder.hpp"
#include "http/pem.hpp"

#include <catch2/catch.hpp>
#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <fstream>

namespace certificate_authority_test {

namespace {

using namespace rookery;
namespace fs = std::filesystem;

const Instant now = from_ms(1'800'000'000'000);

std::string content(const fs::path& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

Result<http::ServerCertificate> ensure(
    const test::CertificateFolder& folder, const std::vector<std::string>& names, Instant at = now
) {
    return http::ensure_server_certificate(folder.path() / "tls", names, at);
}

}  // namespace

TEST_CASE("a server certificate carries the names and is signed by the authority", "[http]") {
    const test::CertificateFolder folder;
    const auto made = ensure(folder, {"127.0.0.1", "::1", "vault.example.com"});
    REQUIRE(made);
    CHECK(made->renewed);
    const auto authority = http::read_certificate(made->authority);
    const auto server = http::read_certificate(made->certificate);
    const auto key = http::read_private_key(made->key);
    REQUIRE((authority && server && key));
    CHECK(X509_verify(server->get(), X509_get0_pubkey(authority->get())) == 1);
    CHECK(X509_check_private_key(server->get(), key->get()) == 1);
    CHECK(X509_check_ca(authority->get()) == 1);
    CHECK(X509_check_ca(server->get()) == 0);
    CHECK(X509_check_ip_asc(server->get(), "127.0.0.1", 0) == 1);
    CHECK(X509_check_ip_asc(server->get(), "::1", 0) == 1);
    CHECK(X509_check_ip_asc(server->get(), "127.0.0.2", 0) == 0);
    CHECK(X509_check_host(server->get(), "vault.example.com", 0, 0, nullptr) == 1);
    CHECK(X509_check_host(server->get(), "other.example.com", 0, 0, nullptr) == 0);
    CHECK(X509_check_purpose(server->get(), X509_PURPOSE_SSL_SERVER, 0) == 1);
    auto end = static_cast<std::time_t>(to_ms(now + http::server_certificate_validity) / 1000);
    CHECK(X509_cmp_time(X509_get0_notAfter(server->get()), &end) == -1);  // equal counts as before
    ++end;
    CHECK(X509_cmp_time(X509_get0_notAfter(server->get()), &end) == -1);
    end -= 2;
    CHECK(X509_cmp_time(X509_get0_notAfter(server->get()), &end) == 1);
}

TEST_CASE("private keys are their owner's alone", "[http]") {
    const test::CertificateFolder folder;
    REQUIRE(ensure(folder, {"a"}));
    for (const auto* const name : {"ca.key", "server.key"}) {
        CHECK(fs::status(folder.path() / "tls" / name).permissions() == fs::perms{0600});
    }
}

TEST_CASE("a certificate is kept while it is good and replaced before it ends", "[http]") {
    const test::CertificateFolder folder;
    const auto made = ensure(folder, {"a.example", "127.0.0.1"});
    REQUIRE(made);
    const auto authority = content(made->authority);
    const auto certificate = content(made->certificate);
    const auto last_good =
        now + http::server_certificate_validity - http::server_certificate_renewal;
    SECTION("kept") {
        for (const auto& names :
             std::vector<std::vector<std::string>>{{"a.example"}, {"127.0.0.1", "a.example"}}) {
            const auto again = ensure(folder, names, last_good - std::chrono::seconds{1});
            REQUIRE(again);
            CHECK_FALSE(again->renewed);
            CHECK(content(made->certificate) == certificate);
        }
    }
    SECTION("replaced when near its end") {
        CHECK(ensure(folder, {"a.example"}, last_good + std::chrono::seconds{1})->renewed);
    }
    SECTION("replaced when a name is missing") {
        CHECK(ensure(folder, {"a.example", "127.0.0.2"})->renewed);
    }
    SECTION("replaced when it does not fit its key") {
        std::ofstream{made->certificate} << authority;
        CHECK(ensure(folder, {"a.example"})->renewed);
    }
    CHECK(content(made->authority) == authority);
}

TEST_CASE("a new certificate keeps the names of the one it replaces, each once", "[http]") {
    const test::CertificateFolder folder;
    using Strings = std::vector<std::string>;
    const auto first = ensure(folder, {"127.0.0.1", "old-host", "vault.example.com"});
    REQUIRE(first);
    const auto names_on_disk = [&] { return ensure(folder, {"127.0.0.1"}).value().names; };
    SECTION("when another name is wanted") {
        const auto again = ensure(folder, {"127.0.0.1", "new-host", "127.0.0.1", "New-Host"});
        REQUIRE(again);
        CHECK(again->renewed);
        CHECK(again->names == Strings{"old-host", "vault.example.com", "127.0.0.1", "new-host"});
        CHECK(names_on_disk() == again->names);
        CHECK_FALSE(ensure(folder, {"VAULT.example.com"})->renewed);
    }
    SECTION("when it ends") {
        const auto again =
            ensure(folder, {"127.0.0.1"}, now + 2 * http::server_certificate_validity);
        REQUIRE(again);
        CHECK(again->renewed);
        CHECK(again->names == Strings{"old-host", "vault.example.com", "127.0.0.1"});
    }
    SECTION("when its key is lost") {
        fs::remove(first->key);
        CHECK(ensure(folder, {"127.0.0.1"})->names.size() == 3);
    }
    SECTION("but not those of one that another authority issued") {
        const test::CertificateFolder other;
        const auto foreign = ensure(other, {"evil.example"});
        REQUIRE(foreign);
        fs::copy_file(
            foreign->certificate, first->certificate, fs::copy_options::overwrite_existing
        );
        CHECK(ensure(folder, {"127.0.0.1"})->names == Strings{"127.0.0.1"});
    }
}

TEST_CASE("the names of a certificate are bounded, and the first ones stay longest", "[http]") {
    const test::CertificateFolder folder;
    REQUIRE(ensure(folder, {"host-0", "127.0.0.1", "vault.example.com"}));
    // A container has another host name at each start.
    for (std::size_t start = 1; start <= http::server_names_max + 2; ++start) {
        const auto host = "host-" + std::to_string(start);
        const auto names = ensure(folder, {host, "127.0.0.1"}).value().names;
        CHECK(names.size() == std::min(start + 3, http::server_names_max));
        CHECK(std::ranges::count(names, host) == 1);
        CHECK(std::ranges::count(names, "vault.example.com") == 1);
    }
    std::vector<std::string> many;
    while (many.size() <= http::server_names_max) many.push_back("n" + std::to_string(many.size()));
    CHECK(ensure(folder, many).error().code == Errc::usage);
    many.pop_back();
    CHECK(ensure(folder, many).value().names == many);
}

TEST_CASE("an authority that is not whole is not replaced", "[http]") {
    const test::CertificateFolder folder;
    const auto made = ensure(folder, {"a"});
    REQUIRE(made);
    const auto authority = content(made->authority);
    const auto key = folder.path() / "tls" / "ca.key";
    SECTION("another key") {
        fs::copy_file(made->key, key, fs::copy_options::overwrite_existing);
        CHECK(ensure(folder, {"a"}).error().code == Errc::integrity);
    }
    SECTION("no key") {
        fs::remove(key);
        CHECK(ensure(folder, {"a"}).error().code == Errc::io);
    }
    SECTION("a key for everybody") {
        fs::permissions(key, fs::perms{0644});
        CHECK(ensure(folder, {"a"}).error().code == Errc::bad_permissions);
    }
    CHECK(content(made->authority) == authority);
}

TEST_CASE("what is neither a DNS name nor an address gets no certificate", "[http]") {
    const test::CertificateFolder folder;
    for (const auto* const name : {"", "a b", "a,DNS:evil", "*", "a..b", ".a", "http://a", "a\n"}) {
        CAPTURE(name);
        const auto made = ensure(folder, {name});
        REQUIRE_FALSE(made);
        CHECK(made.error().code == Errc::usage);
    }
    CHECK(ensure(folder, {}).error().code == Errc::usage);
    CHECK_FALSE(fs::exists(folder.path() / "tls"));
}

TEST_CASE("the local names are certificate names", "[http]") {
    const test::CertificateFolder folder;
    const auto names = http::local_names();
    REQUIRE(names.size() >= 3);
    CHECK(ensure(folder, names));
}

}  // namespace certificate_authority_test
