#include "cli/client/connection_failure.hpp"

#include "cli/program.hpp"

#include <catch2/catch.hpp>
#include <curl/curl.h>

#include <cstdlib>
#include <string>

namespace connection_failure_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;

namespace {

Error untrusted(long verify_result, const char* detail = "") {
    return connection_failure(
        {CURLE_PEER_FAILED_VERIFICATION, verify_result, detail},
        {"https://vault.example", "ca.pem", {}}
    );
}

}  // namespace

TEST_CASE("why a certificate is not trusted is said as it is", "[cli]") {
    const std::pair<long, const char*> rows[] = {
        {9, "is not valid yet"},
        {10, "has expired"},
        {18, "signed by itself"},
        {19, "leads to an authority that is not trusted"},
        {20, "from an authority that is not known"},
        {62, "is for another name"},
        {64, "is for another address"},
    };
    for (const auto& [number, words] : rows) {
        CAPTURE(number);
        const auto error = untrusted(number);
        CHECK(error.code == Errc::unavailable);
        CHECK_THAT(error.message, Contains(words));
        // Only a certificate's dates are judged by a clock, and only an unknown issuer is mended by another --ca.
        const bool by_clock = number == 9 || number == 10;
        CHECK(
            (error.message.find("by the clock of this machine, which says 20") != std::string::npos
            ) == by_clock
        );
        const bool by_issuer = number >= 18 && number <= 20;
        CHECK((error.hint.find("--ca") != std::string::npos) == by_issuer);
    }
    const auto name =
        untrusted(0, "SSL: no alternative certificate subject name matches target host name 'x'");
    CHECK_THAT(name.message, Contains("is for another name"));
    CHECK_THAT(untrusted(99, "something new").message, Contains("something new"));
}

TEST_CASE("what is no fault of the certificate is not called one", "[cli]") {
    const Connection connection{"https://vault.example", {}, {}};
    const auto plain =
        connection_failure({CURLE_SSL_CONNECT_ERROR, 0, "wrong version number"}, connection);
    CHECK_THAT(plain.message, Contains("does not speak TLS") && !Contains("certificate"));
    const auto down = connection_failure({CURLE_COULDNT_CONNECT, 0, ""}, connection);
    CHECK_THAT(down.message, Contains("cannot reach"));
    CHECK(connection_failure({CURLE_OPERATION_TIMEDOUT, 0, ""}, connection).code == Errc::deadline);
}

TEST_CASE("a proxy's variable is named, and nothing of its value", "[cli]") {
    const Connection connection{"https://vault.example", {}, {}};
    const Connection here{"https://localhost:8443", {}, {}};
    constexpr const char* detail = "Port number was not a decimal number: http://user:hunter2x#1@p";
    for (const auto* const name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
        CAPTURE(name);
        REQUIRE(::setenv(name, "http://user:hunter2x#1@proxy:8080", 1) == 0);
        for (const auto code :
             {CURLE_COULDNT_RESOLVE_PROXY,
              CURLE_URL_MALFORMAT,
              CURLE_PROXY,
              CURLE_COULDNT_CONNECT,
              CURLE_SSL_CONNECT_ERROR,
              CURLE_OPERATION_TIMEDOUT,
              CURLE_PEER_FAILED_VERIFICATION}) {
            CAPTURE(code);
            const auto error = connection_failure({code, 0, detail}, connection);
            CHECK_THAT(error.message + error.hint, !Contains("hunter2x"));
            if (code == CURLE_PEER_FAILED_VERIFICATION) continue;
            CHECK_THAT(error.hint, Contains("$" + std::string{name}));
        }
        // No request to this machine goes through it.
        CHECK_THAT(
            connection_failure({CURLE_COULDNT_CONNECT, 0, "refused"}, here).hint, !Contains(name)
        );
        ::unsetenv(name);
    }
    for (const std::string value :
         {"http://user:hunter2x#1@proxy:8080",
          "http://user:hunter2x@:8080",
          "http://user:hunter2x@proxy:port",
          "hunter2x://proxy",
          "http://user:hunter2x"}) {
        CAPTURE(value);
        const auto ran = run_program(
            {"wait", "--timeout", "1s"},
            {"ROOKERY_URL=https://vault.invalid", "https_proxy=" + value}
        );
        CHECK(ran.code == 3);
        CHECK_THAT(ran.error, Contains("$https_proxy") && !Contains("hunter2x"));
    }
}

TEST_CASE("only a failure that a clock or a start can cure is worth waiting for", "[cli]") {
    for (const long number : {18L, 19L, 20L, 21L, 62L, 64L, 99L}) {
        CHECK(is_lasting({CURLE_PEER_FAILED_VERIFICATION, number, ""}));
    }
    for (const long number : {9L, 10L}) {
        CHECK_FALSE(is_lasting({CURLE_PEER_FAILED_VERIFICATION, number, ""}));
    }
    CHECK(is_lasting({CURLE_SSL_CACERT_BADFILE, 0, ""}));
    CHECK_FALSE(is_lasting({CURLE_COULDNT_CONNECT, 0, ""}));
    CHECK_FALSE(is_lasting({CURLE_OPERATION_TIMEDOUT, 0, ""}));
}

TEST_CASE("an authority that is not there, or is none, is blamed itself", "[cli]") {
    const TemporaryFolder folder;
    CHECK(check_authority({}).has_value());
    const auto missing = check_authority(folder / "none.pem");
    CHECK(missing.error().code == Errc::not_found);
    CHECK_THAT(missing.error().message, Contains("none.pem") && Contains("--ca"));
    write_file(folder / "other.pem", "no certificate\n");
    CHECK(check_authority(folder / "other.pem").error().code == Errc::usage);
    CHECK(check_authority(folder / ".").error().code == Errc::io);
    write_file(folder / "ca.pem", "text before it\n-----BEGIN CERTIFICATE-----\n");
    CHECK(check_authority(folder / "ca.pem").has_value());
}

TEST_CASE("rookery wait ends at once where waiting helps nobody", "[cli]") {
    const TemporaryFolder folder;
    const DevServer server(folder / "vault");
    const auto ran =
        run_program({"wait", "--timeout", "1h"}, {"ROOKERY_URL=" + server.text("url")});
    CHECK(ran.code == 3);
    CHECK_THAT(ran.error, Contains("from an authority that is not known here"));
    CHECK(server.run_as("agent", {"wait", "--timeout", "1h"}).code == 0);
}

TEST_CASE("a misspelt address is no name of a certificate", "[cli]") {
    const TemporaryFolder folder;
    for (const auto* const name : {"300.1.1.1", "10.0.0.256", "host.7"}) {
        CAPTURE(name);
        const auto ran = run_program(
            {"init",
             "--data",
             folder / "vault",
             "--key-file",
             folder / "key",
             "--admin-token-file",
             folder / "token",
             "--allow-swap",
             "--name",
             name}
        );
        CHECK(ran.code == 2);
        CHECK_THAT(ran.error, Contains("is neither a DNS name nor an IP address"));
        std::filesystem::remove(folder / "key");
    }
}

}  // namespace connection_failure_test
