#include "identity/bearer_token.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace bearer_token_test {

namespace {

using namespace rookery;
using identity::BearerSecret;

Uuid uuid(std::string_view text) { return *Uuid::parse(text); }

const Uuid some_id = uuid("00112233-4455-6677-8899-aabbccddeeff");

BearerSecret secret_of(std::uint8_t first) {
    ByteArray<32> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(first + i * 7);
    }
    return BearerSecret::copy_of(bytes);
}

std::string text(const Uuid& id, const BearerSecret& secret) {
    return identity::format(id, secret).expose([](ByteView bytes) {
        return std::string{text_of(bytes)};
    });
}

bool same(const BearerSecret& a, const BearerSecret& b) {
    return a.expose([&](ByteView x) {
        return b.expose([&](ByteView y) { return constant_time_equal(x, y); });
    });
}

/// The token with the checksum that belongs to it, computed bit by bit.
std::string with_checksum(std::string token) {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (std::size_t i = 0; i + 6 < token.size(); ++i) {
        crc ^= static_cast<unsigned char>(token[i]);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    crc = ~crc;
    for (std::size_t place = 0; place < 6; ++place) {
        const auto digit = crc % 62;
        crc /= 62;
        token[token.size() - 1 - place] = static_cast<char>(
            digit < 10   ? '0' + digit
            : digit < 36 ? 'A' + digit - 10
                         : 'a' + digit - 36
        );
    }
    return token;
}

void is_refused(const std::string& token) {
    CAPTURE(token);
    const auto parsed = identity::parse(token);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Errc::unauthenticated);
    CHECK(parsed.error().message == identity::refused_token_message);
}

}  // namespace

TEST_CASE("a bearer token has the documented form", "[identity]") {
    // Computed with Python: base 62 of the two numbers and zlib.crc32.
    CHECK(
        text(some_id, secret_of(1)) ==
        "rky1_007pSo2b9TNg1cedavCe7z_"
        "0FAE0br7FNXNSiMwMIFF0C1t0KyYFUbUOkYEl9j0BPm03kkLJ"
    );
    // docs/formats/credential.md, tests/vectors/pages_test.py
    ByteArray<32> counting{};
    for (std::size_t i = 0; i < counting.size(); ++i)
        counting[i] = static_cast<std::uint8_t>(0x40 + i);
    CHECK(
        text(uuid("30313233-3435-3637-3839-3a3b3c3d3e3f"), BearerSecret::copy_of(counting)) ==
        "rky1_1Sw75eItjWvn5aK5hBIHrb_FEgKooW5RLbIKrUYErGAWCWMtO7YYD7L8rb7x51oVyx17HteZ"
    );
    CHECK(text(Uuid{}, BearerSecret::copy_of(ByteArray<32>{}))
              .starts_with("rky1_0000000000000000000000_0000000000000000000000000000000000000000000"
              ));
}

TEST_CASE("a bearer token is parsed to what it was made of", "[identity]") {
    SystemRandom random;
    for (int i = 0; i < 200; ++i) {
        const auto id = Uuid::random(random);
        const auto secret = BearerSecret::random(random);
        const auto parsed = identity::parse(text(id, secret));
        REQUIRE(parsed);
        CHECK(parsed->credential == id);
        CHECK(same(parsed->secret, secret));
    }
    ByteArray<32> highest{};
    highest.fill(0xFF);
    Uuid highest_id;
    highest_id.bytes.fill(0xFF);
    const auto parsed = identity::parse(text(highest_id, BearerSecret::copy_of(highest)));
    REQUIRE(parsed);
    CHECK(parsed->credential == highest_id);
    CHECK(same(parsed->secret, BearerSecret::copy_of(highest)));
}

TEST_CASE("a bearer token with any character changed is refused", "[identity]") {
    const auto token = text(some_id, secret_of(1));
    for (std::size_t i = 0; i < token.size(); ++i) {
        for (const char c : {'0', 'z', '!', '\0', '\x80', '_', ' '}) {
            if (token[i] == c) continue;
            auto changed = token;
            changed[i] = c;
            is_refused(changed);
        }
    }
}

TEST_CASE("a bearer token has one spelling", "[identity]") {
    const auto token = text(some_id, secret_of(1));
    REQUIRE(with_checksum(token) == token);
    is_refused("");
    is_refused(token.substr(0, token.size() - 1));
    is_refused(token + "0");
    is_refused(" " + token);
    is_refused(token + "\n");
    SECTION("a character that is no digit, with a good checksum") {
        for (const char c : {'-', '/', ':', '@', '[', '`', '{', '\xC3', '\0'}) {
            for (const std::size_t at : {5U, 26U, 28U, 70U}) {
                auto changed = token;
                changed[at] = c;
                is_refused(with_checksum(changed));
            }
        }
    }
    SECTION("a number with more bits, with a good checksum") {
        auto id = token;
        id.replace(5, 22, 22, 'z');
        is_refused(with_checksum(id));
        auto secret = token;
        secret.replace(28, 43, 43, 'z');
        is_refused(with_checksum(secret));
    }
    SECTION("another separator, with a good checksum") {
        auto changed = token;
        changed[27] = '0';
        is_refused(with_checksum(changed));
    }
}

TEST_CASE(
    "a token is found wherever it stands in a text, and nothing that only looks like one",
    "[identity]"
) {
    const auto token = text(some_id, secret_of(1));
    for (const auto& whole : {token, "Bearer " + token, token + token, "rky1_" + token + "x"}) {
        CAPTURE(whole);
        CHECK(identity::contains_token(whole));
    }
    auto changed = token;
    changed.back() = changed.back() == '0' ? '1' : '0';
    for (const auto& none :
         {std::string(),
          std::string("rky1_"),
          changed,
          token.substr(1),
          token.substr(0, token.size() - 1)}) {
        CAPTURE(none);
        CHECK_FALSE(identity::contains_token(none));
    }
}

}  // namespace bearer_token_test
