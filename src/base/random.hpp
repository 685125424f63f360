// Randomness is injected, so that a test can repeat a run. Production uses SystemRandom only.
#pragma once

#include <cstdint>
#include <span>

namespace rookery {

class Random {
 public:
    virtual ~Random() = default;
    /// Thread-safe.
    virtual void fill(std::span<std::uint8_t> out) = 0;
};

/// libsodium's generator (getrandom(2)), drawn from in larger pieces.
class SystemRandom final : public Random {
 public:
    void fill(std::span<std::uint8_t> out) override;
};

}  // namespace rookery
