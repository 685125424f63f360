#include "crypto/sha256.hpp"

#include "crypto/support.hpp"

#include <thread>

namespace sha256_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

constexpr auto abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr auto nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

}  // namespace

TEST_CASE("SHA-256 agrees with FIPS 180-4, call after call", "[crypto]") {
    for (int i = 0; i < 3; ++i) {
        CHECK(to_hex(sha256(bytes_of("abc"))) == abc);
        CHECK(to_hex(sha256(ByteView{})) == nothing);
        CHECK(to_hex(sha256({bytes_of("a"), ByteView{}, bytes_of("bc")})) == abc);
    }
}

TEST_CASE("threads do not share a SHA-256 state", "[crypto]") {
    const Bytes input(100000, 7);
    const auto expected = sha256(input);
    int wrong = 0;
    std::thread other([&] {
        for (int i = 0; i < 50; ++i) wrong += sha256(input) != expected;
    });
    int wrong_here = 0;
    for (int i = 0; i < 50; ++i) wrong_here += sha256(input) != expected;
    other.join();
    CHECK(wrong + wrong_here == 0);
}

TEST_CASE("a digest of pieces is that of the whole, and the next one begins anew", "[crypto]") {
    Sha256 hash;
    for (int i = 0; i < 2; ++i) {
        for (const auto* piece : {"a", "", "bc"}) hash.add(bytes_of(piece));
        CHECK(hash.digest() == sha256(bytes_of("abc")));
    }
    CHECK(hash.digest() == sha256(ByteView{}));
}

}  // namespace sha256_test
