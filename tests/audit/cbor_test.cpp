#include "audit/cbor.hpp"

#include <catch2/catch.hpp>

namespace rookery::audit::cbor_test {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

TEST_CASE("every item of the profile decodes and encodes to the same bytes", "[audit]") {
    const auto* const item = GENERATE(
        "00",
        "17",
        "1818",
        "18ff",
        "190100",
        "19ffff",
        "1a00010000",
        "1affffffff",
        "1b0000000100000000",
        "1b7fffffffffffffff",
        "40",
        "4400010203",
        "60",
        "6161",
        "62c3a9",
        "63e282ac",
        "64f09f9880",
        "f6",
        "80",
        "83010203",
        "a0",
        "a201020304",
        "a11819f6",
        "a11819a0",                // key 25: the text map
        "a11819a26161016162f6",    // in it keys by bytes
        "a11819a26162016261610a",  // the shorter one first
        "81818180",                // depth 4
        "a1018180",
        "a20001181a02"
    );
    INFO(item);
    const auto bytes = hex(item);
    const auto value = decode_cbor(bytes);
    REQUIRE(value);
    CHECK(encode_cbor(*value) == bytes);
}

TEST_CASE("what the profile forbids is an integrity failure", "[audit]") {
    const auto [item, why] = GENERATE(table<std::string, std::string>({
        {"", "nothing"},
        {"0000", "trailing byte"},
        {"20", "negative"},
        {"3863", "negative"},
        {"f4", "false"},
        {"f5", "true"},
        {"f7", "undefined"},
        {"e0", "simple value"},
        {"f820", "simple value"},
        {"f93c00", "half float"},
        {"fa3f800000", "float"},
        {"fb3ff0000000000000", "double"},
        {"ff", "break"},
        {"c000", "tag"},
        {"d81800", "tag"},
        {"5f4100ff", "byte string of indefinite length"},
        {"7f6161ff", "text of indefinite length"},
        {"9f00ff", "array of indefinite length"},
        {"bf0000ff", "map of indefinite length"},
        {"1c", "reserved"},
        {"1817", "head not shortest"},
        {"1900ff", "head not shortest"},
        {"1a0000ffff", "head not shortest"},
        {"1b00000000ffffffff", "head not shortest"},
        {"1b8000000000000000", "above 2^63-1"},
        {"5803010203", "length not shortest"},
        {"780161", "length not shortest"},
        {"980100", "count not shortest"},
        {"b8010000", "count not shortest"},
        {"18", "cut head"},
        {"19ff", "cut head"},
        {"42ff", "cut string"},
        {"6261", "cut text"},
        {"8201", "cut array"},
        {"a101", "cut map"},
        {"a20102", "cut map"},
        {"9bffffffffffffffff", "count that cannot be"},
        {"5bffffffffffffffff", "length that cannot be"},
        {"bb7fffffffffffffff", "count that cannot be"},
        {"a201000100", "key twice"},
        {"a202000100", "keys descend"},
        {"a2181a000100", "keys descend"},
        {"a1616100", "text key outside key 25"},
        {"a1414100", "byte string as key"},
        {"a1f600", "null as key"},
        {"a1a00000", "map as key"},
        {"a101a1616101", "text map under another key"},
        {"a11819a10100", "number key under key 25"},
        {"a11819a2616101616102", "text key twice"},
        {"a11819a2616201616102", "text keys descend"},
        {"a11819a262616101616202", "longer text key first"},
        {"a11819a16161a1616201", "text map within the text map"},
        {"81a11819a1616101", "key 25 below the top"},
        {"8181818180", "depth 5"},
        {"a101a101a101a101a0", "depth 5"},
        {"61ff", "not UTF-8"},
        {"6180", "continuation alone"},
        {"62c080", "overlong"},
        {"63e08080", "overlong"},
        {"64f0808080", "overlong"},
        {"63eda080", "surrogate"},
        {"64f4908080", "above U+10FFFF"},
        {"62c361", "cut character"},
        {"61c3", "cut character"},
    }));
    INFO(item << " " << why);
    const auto value = decode_cbor(hex(item));
    REQUIRE_FALSE(value);
    CHECK(value.error().code == Errc::integrity);
    CHECK(value.error().message == "integrity check failed");
}

TEST_CASE("4096 bytes decode and 4097 do not", "[audit]") {
    Bytes item(4096, 0);
    item[0] = 0x59;
    item[1] = 0x0F;
    item[2] = 0xFD;  // 4093 bytes follow
    REQUIRE(decode_cbor(item));
    item.push_back(0);
    item[2] = 0xFE;
    CHECK_FALSE(decode_cbor(item));
}

TEST_CASE("a writer never writes past its memory and says that something is missing", "[audit]") {
    ByteArray<8> memory{};
    for (std::size_t room = 0; room < memory.size(); ++room) {
        CborWriter out{std::span{memory}.first(room)};
        out.array(2);
        out.uint(1000);
        out.text("abc");
        CHECK(out.view().size() <= room);
        CHECK(out.overflow());
    }
    CborWriter out{memory};
    out.array(2);
    out.uint(1000);
    out.text("abc");
    CHECK_FALSE(out.overflow());
    CHECK(to_hex(out.view()) == "821903e863616263");
}

TEST_CASE("a number beyond the profile is written as its greatest", "[audit]") {
    ByteArray<16> memory{};
    CborWriter out{memory};
    out.uint(UINT64_MAX);
    CHECK(to_hex(out.view()) == "1b7fffffffffffffff");
}

TEST_CASE("texts are cut between characters and repaired", "[audit]") {
    CHECK(utf8_prefix("abc", 3) == "abc");
    CHECK(utf8_prefix("abc", 2) == "ab");
    CHECK(utf8_prefix("a\xE2\x82\xAC", 3) == "a");
    CHECK(utf8_prefix("\xF0\x9F\x98\x80", 3).empty());
    CHECK(
        to_utf8("a\xFF"
                "b") ==
        "a\xEF\xBF\xBD"
        "b"
    );
    CHECK(to_utf8("\xE2\x82") == "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(to_utf8("caf\xC3\xA9") == "caf\xC3\xA9");
    CHECK(is_utf8(to_utf8("\xED\xA0\x80\xC0\x80\xF5")));
}

TEST_CASE("random bytes that decode encode to themselves", "[audit]") {
    // A small generator: bytes that look like heads, so that many inputs get far.
    std::uint64_t state = 7;
    const auto next = [&state] {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<std::uint8_t>(state >> 33);
    };
    const std::uint8_t heads[] = {
        0x00,
        0x01,
        0x17,
        0x18,
        0x19,
        0x41,
        0x42,
        0x61,
        0x62,
        0x80,
        0x81,
        0x82,
        0xA0,
        0xA1,
        0xA2,
        0xF6,
        0x02,
        0x03};
    int decoded = 0;
    for (int round = 0; round < 200000; ++round) {
        Bytes in(1 + next() % 12);
        for (auto& byte : in) {
            byte = next() % 8 == 0 ? next() : heads[next() % std::size(heads)];
        }
        const auto value = decode_cbor(in);
        if (!value) continue;
        ++decoded;
        if (encode_cbor(*value) != in) FAIL(to_hex(in));
    }
    CHECK(decoded > 1000);
}

}  // namespace
}  // namespace rookery::audit::cbor_test
