#include "base/uuid.hpp"

#include "base/random.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <unordered_set>

namespace uuid_test {

using namespace rookery;

TEST_CASE("a GUID is read in either case and written in lower case", "[base]") {
    const auto id = Uuid::parse("00112233-4455-6677-8899-AaBbCcDdEeFf");
    REQUIRE(id);
    CHECK(to_hex(id->view()) == "00112233445566778899aabbccddeeff");
    CHECK(to_string(*id) == "00112233-4455-6677-8899-aabbccddeeff");
}

TEST_CASE("no other spelling is a GUID", "[base]") {
    const auto* bad = GENERATE(
        "",
        "00112233445566778899aabbccddeeff",
        "{00112233-4455-6677-8899-aabbccddeeff}",
        "00112233-4455-6677-8899-aabbccddeef",
        "00112233-4455-6677-8899-aabbccddeefff",
        "00112233-4455-6677-8899-aabbccddeefg",
        "001122334-455-6677-8899-aabbccddeeff",
        "00112233-4455-6677-8899-aabbccddee-f",
        "00112233 4455 6677 8899 aabbccddeeff",
        " 0112233-4455-6677-8899-aabbccddeeff",
        "0x112233-4455-6677-8899-aabbccddeeff"
    );
    INFO(bad);
    CHECK_FALSE(Uuid::parse(bad));
}

TEST_CASE("GUIDs order as their bytes", "[base]") {
    const auto low = *Uuid::parse("00000000-0000-0000-0000-0000000000ff");
    const auto high = *Uuid::parse("01000000-0000-0000-0000-000000000000");
    CHECK(low < high);
    CHECK(Uuid{} < low);
    CHECK(Uuid{}.is_nil());
    CHECK_FALSE(low.is_nil());
    // Whichever byte it is that differs.
    for (std::size_t i = 0; i < 16; ++i) {
        Uuid a;
        Uuid b;
        a.bytes[i] = 0x7F;
        b.bytes[i] = 0x80;
        for (auto k = i + 1; k < 16; ++k) a.bytes[k] = 0xFF;
        CHECK(a < b);
        CHECK_FALSE(b < a);
        CHECK(a != b);
        CHECK((a <=> a) == std::strong_ordering::equal);
    }
    static_assert(Uuid{} == Uuid{} && !(Uuid{} < Uuid{}));
}

TEST_CASE("random GUIDs are of version 4 and differ", "[base]") {
    SystemRandom random;
    std::set<Uuid> seen;
    std::unordered_set<std::size_t> hashes;
    for (int i = 0; i < 1000; ++i) {
        const auto id = Uuid::random(random);
        CHECK((id.bytes[6] & 0xF0) == 0x40);
        CHECK((id.bytes[8] & 0xC0) == 0x80);
        seen.insert(id);
        hashes.insert(std::hash<Uuid>{}(id));
    }
    CHECK(seen.size() == 1000);
    CHECK(hashes.size() > 990);
}

}  // namespace uuid_test
