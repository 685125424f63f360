#include "base/bytes.hpp"

#include <catch2/catch.hpp>

namespace bytes_test {

using namespace rookery;

TEST_CASE("integers are written big-endian and prefixes are two bytes", "[base]") {
    ByteWriter out;
    out.u8(1).u16(0x0203).u32(0x04050607).u64(0x08090A0B0C0D0E0F).lp("ab").lp("");
    CHECK(
        to_hex(out.view()) ==
        "0102030405060708090a0b0c0d0e0f"
        "00026162"
        "0000"
    );
}

TEST_CASE("a string is written as bytes are", "[base]") {
    const auto fill = [](auto& out) {
        out.u8(0xFF)
            .u16(2)
            .u32(0xFFFFFFFD)
            .u64(4)
            .bytes({})
            .lp("text")
            .bytes(ByteArray<2>{7, 0xFE});
    };
    ByteWriter bytes;
    StringWriter text;
    fill(bytes);
    fill(text);
    CHECK(to_hex(text.view()) == to_hex(bytes.view()));
    CHECK(text.size() == bytes.size());
    CHECK(std::move(text).take() == text_of(bytes.view()));
}

TEST_CASE("what was written reads back, to the last byte", "[base]") {
    ByteWriter out;
    out.u8(0xFF)
        .u16(0xFFFE)
        .u32(0xFFFFFFFD)
        .u64(UINT64_MAX - 3)
        .lp("text")
        .bytes(ByteArray<2>{7, 8});
    ByteReader in(out.view());
    CHECK(in.u8() == 0xFF);
    CHECK(in.u16() == 0xFFFE);
    CHECK(in.u32() == 0xFFFFFFFD);
    CHECK(in.u64() == UINT64_MAX - 3);
    CHECK(text_of(in.lp()) == "text");
    CHECK_FALSE(in.done());
    CHECK(in.array<2>() == ByteArray<2>{7, 8});
    CHECK(in.done());
}

TEST_CASE("a read past the end fails for good and yields nothing", "[base]") {
    const Bytes three{1, 2, 3};
    ByteReader in(three);
    CHECK(in.u32() == 0);
    CHECK_FALSE(in.ok());
    CHECK(in.left() == 0);
    CHECK(in.u8() == 0);
    CHECK(in.lp().empty());
    CHECK(in.array<3>() == ByteArray<3>{});
    CHECK_FALSE(in.done());
}

TEST_CASE("a prefix longer than what follows is refused", "[base]") {
    const Bytes bytes{0, 3, 'a', 'b'};
    ByteReader in(bytes);
    CHECK(in.lp().empty());
    CHECK_FALSE(in.ok());
}

TEST_CASE("hex accepts both cases and nothing else", "[base]") {
    CHECK(to_hex(Bytes{0x00, 0xAB, 0xFF}) == "00abff");
    CHECK(from_hex("00aBFf") == Bytes{0x00, 0xAB, 0xFF});
    CHECK(from_hex("") == Bytes{});
    for (const auto* bad : {"0", "0g", " 00", "00 ", "0x", "0:0", "00\n"}) {
        INFO(bad);
        CHECK_FALSE(from_hex(bad));
    }
    CHECK_FALSE(from_hex(std::string_view("00\0", 3)));
}

TEST_CASE("base64 agrees with RFC 4648 section 10", "[base]") {
    const auto [plain, text] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    }));
    CHECK(to_base64(bytes_of(plain)) == text);
    const auto back = from_base64(text);
    REQUIRE(back);
    CHECK(text_of(*back) == plain);
}

TEST_CASE("base64 has one spelling", "[base]") {
    for (const auto* bad :
         {"Zg", "Zg=", "Zh==", "Zm9v ", " Zm9v", "Zm\n9v", "Zm9v====", "-_-_", "Z"}) {
        INFO(bad);
        CHECK_FALSE(from_base64(bad));
    }
}

TEST_CASE("base64url uses its own alphabet and no padding", "[base]") {
    CHECK(to_base64url(Bytes{0xFB, 0xFF, 0xFE}) == "-__-");
    CHECK(to_base64url(Bytes{0xFB}) == "-w");
    CHECK(from_base64url("-__-") == Bytes{0xFB, 0xFF, 0xFE});
    CHECK(from_base64url("") == Bytes{});
    for (const auto* bad : {"-w==", "-x", "+//+", "-", "-w\n"}) {
        INFO(bad);
        CHECK_FALSE(from_base64url(bad));
    }
}

}  // namespace bytes_test
