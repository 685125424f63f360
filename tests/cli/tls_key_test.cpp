#include "cli/tls_key.hpp"

#include <catch2/catch.hpp>

using namespace rookery;
using namespace rookery::cli;

TEST_CASE("the TLS key is where the configuration says, or the vault's own", "[cli]") {
    Config config;
    config.data = "/var/lib/rookery";
    CHECK(tls_key_of(config)->file == "/var/lib/rookery/tls/server.key");
    CHECK(tls_key_of(config)->kind == PrivateFileKind::own);
    config.tls_certificate = "/etc/rookery/server.pem";
    config.tls_key = "/etc/rookery/server.key";
    CHECK(tls_key_of(config)->file == "/etc/rookery/server.key");
    CHECK(tls_key_of(config)->kind == PrivateFileKind::own);
    config.tls_key.clear();
    config.tls_key_credential = "rookery-tls-key";
    CHECK(tls_key_of(config).error().code == Errc::usage);  // without $CREDENTIALS_DIRECTORY
}
