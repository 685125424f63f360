#include "crypto/hash.hpp"

#include "crypto/support.hpp"

namespace hash_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

TEST_CASE("keyed BLAKE2b agrees with the RFC 7693 reference implementation", "[crypto]") {
    // Python: hashlib.blake2b(b"abc", key=bytes(range(32)), digest_size=32 and 64)
    const auto key = span_of(0, 32);
    CHECK(
        to_hex(KeyedHash(key).bytes(bytes_of("abc")).digest()) ==
        "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f"
    );
    ByteArray<64> wide{};
    KeyedHash(key, KeyedHash::Size::bits_512).bytes(bytes_of("abc")).into(wide);
    CHECK(
        to_hex(wide) ==
        "9af0244b7da7fe29d90a89727e06a0c93977ce1ad7edcb76ac0b24142194ea00"
        "c77be4a1d3fededd31d5a593625a508e742fc90d708f8b48a5c246e4e8e42d94"
    );
}

TEST_CASE("pieces, integers and length prefixes hash as their concatenation", "[crypto]") {
    const auto key = span_of(0, 32);
    const auto whole = hex("01 0203 04050607 08090a0b0c0d0e0f 0003 616263 0000");
    CHECK(
        KeyedHash(key)
            .u8(1)
            .u16(0x0203)
            .u32(0x04050607)
            .u64(0x08090A0B0C0D0E0F)
            .lp("abc")
            .lp("")
            .digest() == KeyedHash(key).bytes(whole).digest()
    );
}

TEST_CASE("a hash ends once and into its own size", "[crypto]") {
    const auto key = span_of(0, 32);
    ByteArray<64> wide{};
    CHECK_THROWS_AS(KeyedHash(key).into(wide), std::logic_error);
    CHECK_THROWS_AS(KeyedHash(key, KeyedHash::Size::bits_512).digest(), std::logic_error);
    KeyedHash hash(key);
    CHECK_NOTHROW(hash.digest());
    CHECK_THROWS_AS(hash.digest(), std::logic_error);
}

TEST_CASE("a prefix that does not fit its length field is refused", "[crypto]") {
    const Bytes long_text(65536, 'x');
    const auto key = span_of(0, 32);
    CHECK_THROWS_AS(KeyedHash(key).lp(long_text), std::length_error);
}

}  // namespace hash_test
