// Shamir's secret sharing over GF(2^8), polynomial 0x11B: any k of n shares are the secret, fewer say
// nothing of it. In constant time as far as bytes of a share or of the secret are concerned; the numbers
// of shares are public. Whether shares belong together is share_text.hpp's; what results is proved by the
// slot that it opens.
#pragma once

#include "base/random.hpp"
#include "base/secret.hpp"
#include "crypto/keys.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace rookery::crypto {

inline constexpr unsigned shares_max = 16;
inline constexpr unsigned threshold_min = 2;

namespace tag {
struct ShareValue;
}

using ShareValue = Key<tag::ShareValue>;

struct Share {
    std::uint8_t number = 0;  // where the polynomial is evaluated; 0 would be the secret itself
    ShareValue value;
};

/// Shares 1 to n of which any k combine. Precondition: threshold_min <= k <= n <= shares_max.
[[nodiscard]] std::vector<Share> split(
    const SlotSecret& secret, unsigned k, unsigned n, Random& random
);

/// Precondition: as many shares as the secret was split for, their numbers distinct and not 0.
[[nodiscard]] SlotSecret combine(std::span<const Share> shares);

}  // namespace rookery::crypto
