// Any k of n shares are the secret, fewer are not.
#include "crypto/shamir.hpp"

#include "crypto/support.hpp"

#include <algorithm>

namespace shamir_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

/// The coefficients of the vector: a0 + i, then 50 + 3i.
class VectorRandom final : public Random {
 public:
    void fill(std::span<std::uint8_t> out) override {
        REQUIRE(out.size() == 32);
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = static_cast<std::uint8_t>(draws_ == 0 ? 0xA0 + i : 0x50 + 3 * i);
        }
        ++draws_;
    }

 private:
    int draws_ = 0;
};

SlotSecret counting_secret() { return SlotSecret::copy_of(span_of(0, 32)); }

Share copy_of(const Share& share) { return {share.number, share.value.clone()}; }

Bytes combined(const std::vector<Share>& all, const std::vector<std::size_t>& which) {
    std::vector<Share> some;
    for (const auto at : which) some.push_back(copy_of(all[at]));
    return bytes_in(combine(some));
}

}  // namespace

TEST_CASE("the shares of the published vector come out, and combine in any order", "[crypto]") {
    VectorRandom random;
    const auto shares = split(counting_secret(), 3, 5, random);
    REQUIRE(shares.size() == 5);
    const auto y = [&](std::size_t number) { return to_hex(bytes_in(shares[number - 1].value)); };
    CHECK(y(1) == "f0f3f6f9fcffc2c5c8cbced1d4d7dadd202326292c2f3235383b3e0104070a0d");
    CHECK(y(3) == "f0fdeadbc4c9061f383522435c516e776d60774659543b2205081fdec1ccf3ea");
    CHECK(y(5) == "31065fa4edda166584b3ea1a5364b5c60e39609bd2e53f4cad9ac3256c5b8af9");
    CHECK(combined(shares, {0, 2, 4}) == span_of(0, 32));
    CHECK(combined(shares, {4, 0, 2}) == span_of(0, 32));
}

TEST_CASE("every k of n shares are the secret, for every k and n", "[crypto]") {
    SystemRandom random;
    for (unsigned n = threshold_min; n <= 7; ++n) {
        for (unsigned k = threshold_min; k <= n; ++k) {
            const auto secret = SlotSecret::random(random);
            const auto shares = split(secret, k, n, random);
            std::vector<bool> chosen(n, false);
            std::fill_n(chosen.begin(), k, true);
            do {
                std::vector<std::size_t> which;
                for (std::size_t i = 0; i < n; ++i) {
                    if (chosen[i]) which.push_back(i);
                }
                CHECK(combined(shares, which) == bytes_in(secret));
                which.pop_back();
                CHECK(combined(shares, which) != bytes_in(secret));
            } while (std::prev_permutation(chosen.begin(), chosen.end()));
        }
    }
    const auto secret = SlotSecret::random(random);
    const auto shares = split(secret, shares_max, shares_max, random);
    std::vector<std::size_t> all(shares_max);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    CHECK(combined(shares, all) == bytes_in(secret));
}

TEST_CASE("one share more or less of a byte is another secret", "[crypto]") {
    SystemRandom random;
    const auto secret = SlotSecret::random(random);
    const auto shares = split(secret, 2, 3, random);
    auto changed = bytes_in(shares[0].value);
    changed[7] ^= 1;
    std::vector<Share> with;
    with.push_back({1, ShareValue::copy_of(changed)});
    with.push_back(copy_of(shares[1]));
    CHECK(bytes_in(combine(with)) != bytes_in(secret));
}

TEST_CASE("a coefficient may be zero, and each is drawn by itself", "[crypto]") {
    // With zeros for all of them every share is the secret: nothing forces another value.
    class Zeros final : public Random {
     public:
        void fill(std::span<std::uint8_t> out) override {
            std::ranges::fill(out, std::uint8_t{0});
            ++draws;
        }

        int draws = 0;
    } zeros;

    for (const auto& share : split(counting_secret(), 4, 4, zeros)) {
        CHECK(bytes_in(share.value) == span_of(0, 32));
    }
    CHECK(zeros.draws == 3);
}

}  // namespace shamir_test
