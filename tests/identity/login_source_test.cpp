#include "identity/login_source.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace login_source_test {

namespace {

using namespace rookery;
using identity::login_source;

Bytes v6(std::uint8_t network, std::uint8_t host) {
    return {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, host};
}

bool same(const Bytes& one, const Bytes& other) {
    return std::ranges::equal(login_source(one), login_source(other));
}

}  // namespace

TEST_CASE("the addresses of one IPv6 network are one source", "[identity]") {
    CHECK(same(v6(1, 1), v6(1, 200)));
    CHECK_FALSE(same(v6(1, 1), v6(2, 1)));
    const auto network = v6(1, 0);
    CHECK(std::ranges::equal(login_source(v6(1, 9)), ByteView{network}.first(8)));
}

TEST_CASE("each IPv4 address is a source", "[identity]") {
    CHECK_FALSE(same({192, 0, 2, 1}, {192, 0, 2, 2}));
    CHECK(same({192, 0, 2, 1}, {192, 0, 2, 1}));
}

TEST_CASE("what is no address is a source of its own", "[identity]") {
    CHECK(login_source({}).empty());
    CHECK(same({}, {1, 2, 3}));
    CHECK_FALSE(same({}, Bytes(4)));
    CHECK_FALSE(same({}, Bytes(16)));
}

}  // namespace login_source_test
