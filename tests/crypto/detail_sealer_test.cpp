#include "crypto/detail_sealer.hpp"

#include "crypto/support.hpp"

#include <sodium.h>

#include <thread>

namespace detail_sealer_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

constexpr auto core = DetailSection::core;
constexpr auto priv = DetailSection::priv;
constexpr std::uint32_t day = 19675;
const std::string origin = "vault.example/audit/n1";
const auto event_id = Uuid::from_bytes(span_of(0x50, 16));
const auto other_event = Uuid::from_bytes(span_of(0x51, 16));
const Bytes plain = span_of(0, 150);

}  // namespace

TEST_CASE("a detail comes back for its section, day and event only", "[crypto]") {
    const auto ring = counting_keyring();
    CountingRandom random;
    const DetailSealer sealer(ring, origin, random);
    const auto blob = sealer.seal(core, day, event_id, plain);
    CHECK(blob.size() == plain.size() + DetailSealer::overhead);
    CHECK(*sealer.open(core, day, event_id, blob) == plain);
    const auto refused = sealer.open(priv, day, event_id, blob);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::integrity);
    CHECK_FALSE(sealer.open(core, day + 1, event_id, blob));
    CHECK_FALSE(sealer.open(core, day, other_event, blob));
    const DetailSealer elsewhere(ring, "vault.example/audit/n2", random);
    CHECK_FALSE(elsewhere.open(core, day, event_id, blob));
    const auto other_ring = counting_keyring(other_vault);
    CHECK_FALSE(DetailSealer(other_ring, origin, random).open(core, day, event_id, blob));
}

TEST_CASE("the day key agrees with a second implementation", "[crypto]") {
    // tests/vectors/row_tag.py prints the key; the AEAD is called by hand.
    const auto ring = counting_keyring();
    CountingRandom random(0x40);
    const auto blob = DetailSealer(ring, origin, random).seal(core, day, event_id, plain);
    const auto key = hex("8a9fbfb3cd2c741c51c3e149f867af9396f3aed9b6c1499cb3376d5430b3213f");
    auto ad = hex("000a 7376312e64657461696c 01");
    ad.insert(ad.end(), event_id.bytes.begin(), event_id.bytes.end());
    CHECK(ByteReader(blob).u32() == 1);
    Bytes opened(plain.size());
    REQUIRE(
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            opened.data(),
            nullptr,
            nullptr,
            blob.data() + 28,
            blob.size() - 28,
            ad.data(),
            ad.size(),
            blob.data() + 4,
            key.data()
        ) == 0
    );
    CHECK(opened == plain);
}

TEST_CASE("every flipped bit and every length of a detail is refused", "[crypto]") {
    const auto ring = counting_keyring();
    CountingRandom random;
    const DetailSealer sealer(ring, origin, random);
    auto blob = sealer.seal(core, day, event_id, plain);
    std::size_t accepted = 0;
    for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
        const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
        blob[bit / 8] ^= mask;
        accepted += sealer.open(core, day, event_id, blob).has_value();
        blob[bit / 8] ^= mask;
    }
    for (std::size_t size = 0; size < blob.size(); ++size) {
        accepted += sealer.open(core, day, event_id, ByteView{blob}.first(size)).has_value();
    }
    CHECK(accepted == 0);
    CHECK(sealer.open(core, day, event_id, blob));
}

TEST_CASE("details of earlier and later days open whatever day was sealed last", "[crypto]") {
    const auto ring = counting_keyring();
    CountingRandom random;
    const DetailSealer sealer(ring, origin, random);
    std::vector<std::pair<std::uint32_t, Bytes>> blobs;
    for (const std::uint32_t d : {day, day + 1, day, day - 1, day + 2, day + 1}) {
        blobs.emplace_back(d, sealer.seal(priv, d, event_id, plain));
    }
    for (const auto& [d, blob] : blobs) CHECK(sealer.open(priv, d, event_id, blob));
    CHECK(sealer.seal(core, day, event_id, {}).size() == DetailSealer::overhead);
}

TEST_CASE("a detail is appended to a buffer that holds something already", "[crypto]") {
    const auto ring = counting_keyring();
    CountingRandom random;
    const DetailSealer sealer(ring, origin, random);
    Bytes out{1, 2, 3};
    sealer.seal_to(out, core, day, event_id, plain);
    CHECK(out.size() == 3 + plain.size() + DetailSealer::overhead);
    CHECK(*sealer.open(core, day, event_id, ByteView{out}.subspan(3)) == plain);
}

TEST_CASE("after the audit key was rotated old details still open", "[crypto]") {
    CountingRandom random;
    const auto before = counting_keyring();
    const auto blob = DetailSealer(before, origin, random).seal(core, day, event_id, plain);
    const auto added = before.with_new_key(Purpose::audit_kek, random, epoch_2026);
    const auto after = added->with_active(Purpose::audit_kek, 2, epoch_2026);
    REQUIRE(after);
    const DetailSealer sealer(*after, origin, random);
    CHECK(*sealer.open(core, day, event_id, blob) == plain);
    const auto newer = sealer.seal(core, day, event_id, plain);
    CHECK(ByteReader(newer).u32() == 2);
    CHECK(*sealer.open(core, day, event_id, newer) == plain);
    CHECK_FALSE(DetailSealer(before, origin, random).open(core, day, event_id, newer));
}

TEST_CASE("threads seal across midnight without losing a detail", "[crypto]") {
    const auto ring = counting_keyring();
    SystemRandom random;
    const DetailSealer sealer(ring, origin, random);
    std::atomic<int> lost{0};
    std::vector<std::thread> threads;
    for (std::uint32_t t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (std::uint32_t i = 0; i < 200; ++i) {
                const auto d = day + (i + t) / 50;
                const auto blob = sealer.seal(core, d, event_id, plain);
                const auto back = sealer.open(core, d, event_id, blob);
                if (!back || *back != plain) ++lost;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(lost == 0);
}

TEST_CASE("a day is a whole UTC day since 1970", "[crypto]") {
    CHECK(day_of(from_ms(0)) == 0);
    CHECK(day_of(from_ms(86'399'999)) == 0);
    CHECK(day_of(from_ms(86'400'000)) == 1);
    CHECK(day_of(from_ms(1700000000125)) == 19675);
}

}  // namespace detail_sealer_test
