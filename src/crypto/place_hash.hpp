// PlaceHash: where something lies in a table in memory, by a key that only this process has: whoever chooses ids cannot
// choose two that fall together. SipHash-2-4, about 20 ns. Thread-safe.
#pragma once

#include "base/bytes.hpp"
#include "base/random.hpp"

#include <cstdint>

namespace rookery::crypto {

class PlaceHash {
 public:
    explicit PlaceHash(Random& random) { random.fill(key_); }

    [[nodiscard]] std::uint64_t of(ByteView bytes) const;

 private:
    ByteArray<16> key_{};
};

}  // namespace rookery::crypto
