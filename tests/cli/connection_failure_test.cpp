#include "cli/client/connection_failure.hpp"

#include "cli/program.hpp"

#include <catch2/catch.hpp>
#include <curl/curl.h>

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
