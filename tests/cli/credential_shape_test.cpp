#include "cli/options/credential_shape.hpp"

#include <catch2/catch.hpp>

namespace credential_shape_test {

using namespace rookery::cli;

namespace {

Suspicion suspicion_of(const char* value, Takes takes) { return shape_of(value, takes).suspicion; }

}  // namespace

TEST_CASE("what has a credential's own form is one wherever it stands", "[cli]") {
    for (int i = 0; i <= static_cast<int>(Takes::directory); ++i) {
        const auto takes = static_cast<Takes>(i);
        for (const auto* value :
             {"rky1_0123456789abcdefghijABCDEFGHIJ",
              "RKY1_0123456789ABCDEF",
              "/home/ada/rky1_0123456789abcdef",
              "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
              "Bearer abcdefgh12345678",
              "authorization: x",
              "-----BEGIN EC PRIVATE KEY-----"}) {
            CAPTURE(label_of(takes), value);
            CHECK(suspicion_of(value, takes) == Suspicion::certain);
        }
    }
}

TEST_CASE("a long drawn string may be a secret, at every option", "[cli]") {
    for (int i = 0; i <= static_cast<int>(Takes::directory); ++i) {
        const auto takes = static_cast<Takes>(i);
        for (const auto* value :
             {"Zx8kQ2vN7pLw9RtY3bHc6MsD",
              "0f3c9a7be41d2258c6aa90b7d3e1f4420f3c9a7be41d2258c6aa90b7d3e1f442",
              "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ/83vEjRWeJA=",
              "ghp_16C7e42F292c6912E7710c838347Ae178B4a"}) {
            CAPTURE(label_of(takes), value);
            CHECK(suspicion_of(value, takes) == Suspicion::possible);
        }
    }
}

TEST_CASE(
    "words are a passphrase where a path, an id or a user belongs, not where a name does", "[cli]"
) {
    CHECK(suspicion_of("correct horse battery staple", Takes::private_file) == Suspicion::possible);
    CHECK(suspicion_of("correct horse battery staple", Takes::id) == Suspicion::possible);
    CHECK(suspicion_of("correct horse battery staple", Takes::user) == Suspicion::possible);
    CHECK(suspicion_of("poster on host 7", Takes::text) == Suspicion::none);
    CHECK(suspicion_of("Tr0ub4dor&3", Takes::private_file) == Suspicion::possible);
    CHECK(suspicion_of("hunter22", Takes::private_file) == Suspicion::possible);
}

TEST_CASE("what people name, number and file is no secret", "[cli]") {
    const std::pair<const char*, Takes> plain[] = {
        {"1000000001", Takes::id},
        {"1294030000000000000", Takes::id},
        {"3f0e8c2a-1b2c-4d5e-8f90-0123456789ab", Takes::id},
        {"4f9c01d2e3a4b5c6", Takes::id},
        {"scrub", Takes::id},
        {"Ada Demo", Takes::user},
        {"Juan Carlos de la Cruz", Takes::user},
        {"agent@example.com", Takes::user},
        {"agent.token", Takes::private_file},
        {"./agent", Takes::private_file},
        {"/run/secrets/rookery/token", Takes::private_file},
        {"/var/lib/kubelet/pods/3f0e8c2a-1b2c-4d5e-8f90-0123456789ab/volumes/token",
         Takes::private_file},
        {"/home/ada/My Documents/agent token.txt", Takes::private_file},
        {"/tmp/rookery-cli-aB3xY9/tokens/agent.token", Takes::private_file},
        {"backups/2026-11-28/vault-of-host-17", Takes::directory},
        {"https://vault.example.com:8443", Takes::url},
        {"2026-02-03T04:05:06Z", Takes::time},
        {"msdyn_octwitterhandlesecret", Takes::text},
        {"rky1_notes", Takes::file},
    };
    for (const auto& [value, takes] : plain) {
        CAPTURE(value);
        CHECK(suspicion_of(value, takes) == Suspicion::none);
    }
}

TEST_CASE("a time with a blank in it is no passphrase", "[cli]") {
    for (const auto* const time : {"2026-11-29 00:50", "2026-11-29 00:50:00.5 +01:00", "90 10"}) {
        CAPTURE(time);
        CHECK(shape_of(time, Takes::time).suspicion == Suspicion::none);
    }
    CHECK(shape_of("correct horse battery", Takes::time).suspicion == Suspicion::possible);
}

}  // namespace credential_shape_test
