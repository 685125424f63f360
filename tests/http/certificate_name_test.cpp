#include "http/certificate_name.hpp"

#include "http/certificate_authority.hpp"
#include "http/certificate_folder.hpp"
#include "http/pem.hpp"

#include <catch2/catch.hpp>

#include <string_view>
#include <vector>

namespace certificate_name_test {

using namespace rookery;
using namespace rookery::http;

namespace {

CertificateNames names_of_texts(const std::vector<std::string_view>& texts) {
    CertificateNames names;
    for (const auto text : texts) {
        auto name = read_certificate_name(text);
        names.push_back(name ? *name : CertificateName{GEN_DNS, {text.begin(), text.end()}});
    }
    return names;
}

}  // namespace

TEST_CASE(
    "a certificate serves its names in any case, and its addresses in any spelling", "[http]"
) {
    const auto names = names_of_texts({"vault.example.com", "127.0.0.1", "::1"});
    for (const auto* const host :
         {"vault.example.com", "Vault.Example.COM", "127.0.0.1", "::1", "0:0:0:0:0:0:0:1"}) {
        CAPTURE(host);
        CHECK(serves(names, host));
    }
    for (const auto* const host :
         {"",
          "vault",
          "example.com",
          "a.vault.example.com",
          "vault.example.com.",
          "127.0.0.2",
          "[::1]",
          "::2",
          "vault.example.com:8443",
          "vault.example.com\n",
          "evil/vault.example.com"}) {
        CAPTURE(host);
        CHECK_FALSE(serves(names, host));
    }
}

TEST_CASE("a wildcard in a certificate stands for one label at the beginning", "[http]") {
    const auto names = names_of_texts({"*.example.com"});
    CHECK(serves(names, "vault.example.com"));
    CHECK(serves(names, "VAULT.example.com"));
    CHECK_FALSE(carries(names, "vault.example.com"));
    for (const auto* const host :
         {"example.com", ".example.com", "a.b.example.com", "*.example.com", "vault.example.org"}) {
        CAPTURE(host);
        CHECK_FALSE(serves(names, host));
    }
}

TEST_CASE("the names of a certificate are read as they were put into it", "[http]") {
    const test::CertificateFolder folder;
    const auto made = ensure_server_certificate(
        folder.path(), {"Vault.example.com", "127.0.0.1", "::1"}, SystemClock{}.now()
    );
    REQUIRE(made);
    const auto certificate = read_certificate(made->certificate);
    REQUIRE(certificate);
    CHECK(
        names_of(certificate->get()) == names_of_texts({"vault.example.com", "127.0.0.1", "::1"})
    );
}

}  // namespace certificate_name_test
