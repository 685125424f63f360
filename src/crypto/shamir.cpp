#include "crypto/shamir.hpp"

#include <cstddef>
#include <cstring>

namespace rookery::crypto {
namespace {

constexpr std::size_t secret_bytes = SlotSecret::size;
constexpr std::uint8_t reduction = 0x1B;  // x^8 modulo the polynomial 0x11B

/// All bits of `bit`, which is 0 or 1. Without a branch or a table: time says nothing of the operands.
constexpr std::uint8_t mask_of(unsigned bit) { return static_cast<std::uint8_t>(0U - bit); }

constexpr std::uint8_t times(std::uint8_t a, std::uint8_t b) {
    std::uint8_t out = 0;
    for (int i = 0; i < 8; ++i) {
        out = static_cast<std::uint8_t>(out ^ (a & mask_of(b & 1U)));
        const auto carry = mask_of(a >> 7U);
        a = static_cast<std::uint8_t>((a << 1U) ^ (carry & reduction));
        b = static_cast<std::uint8_t>(b >> 1U);
    }
    return out;
}

/// a^254, which is 1/a; 0 for 0.
constexpr std::uint8_t inverse(std::uint8_t a) {
    std::uint8_t out = 1;
    std::uint8_t power = a;
    for (int i = 0; i < 7; ++i) {  // 254 = 2 + 4 + ... + 128
        power = times(power, power);
        out = times(out, power);
    }
    return out;
}

static_assert(times(0x57, 0x83) == 0xC1);  // FIPS 197, 4.2
static_assert(times(0x53, inverse(0x53)) == 1);

}  // namespace

std::vector<Share> split(const SlotSecret& secret, unsigned k, unsigned n, Random& random) {
    // Uniform, zeros at the top included: a coefficient that is never 0 tells k-1 holders something.
    SecretBytes coefficients((k - 1) * secret_bytes);
    coefficients.expose_mutable([&](std::span<std::uint8_t> out) {
        for (unsigned j = 0; j + 1 < k; ++j)
            random.fill(out.subspan(j * secret_bytes, secret_bytes));
    });
    std::vector<Share> out;
    out.reserve(n);
    for (unsigned i = 1; i <= n; ++i) {
        const auto x = static_cast<std::uint8_t>(i);
        out.push_back(
            {x, ShareValue::filled_by([&](std::span<std::uint8_t, 32> y) {
                 coefficients.expose([&](ByteView c) {
                     std::memset(y.data(), 0, y.size());
                     for (std::size_t j = k - 1; j-- > 0;) {
                         for (std::size_t at = 0; at < secret_bytes; ++at) {
                             y[at] = times(
                                 static_cast<std::uint8_t>(y[at] ^ c[j * secret_bytes + at]), x
                             );
                         }
                     }
                 });
                 secret.expose([&](ByteView bytes) {
                     for (std::size_t at = 0; at < secret_bytes; ++at) y[at] ^= bytes[at];
                 });
             })}
        );
    }
    return out;
}

SlotSecret combine(std::span<const Share> shares) {
    return SlotSecret::filled_by([&](std::span<std::uint8_t, 32> out) {
        std::memset(out.data(), 0, out.size());
        for (const auto& share : shares) {
            // Lagrange's weight at 0.
            std::uint8_t weight = 1;
            for (const auto& other : shares) {
                if (&other == &share) continue;
                const auto apart = static_cast<std::uint8_t>(other.number ^ share.number);
                weight = times(weight, times(other.number, inverse(apart)));
            }
            share.value.expose([&](ByteView y) {
                for (std::size_t at = 0; at < secret_bytes; ++at) out[at] ^= times(y[at], weight);
            });
        }
    });
}

}  // namespace rookery::crypto
