// KeyUses: how often one version of the record KEK has wrapped a data key. Uses are counted in memory and reserved in the
// keyring's file by leases: what is reserved there counts as used after a restart, so that a crash counts too many and
// never too few. Without a lease, and from the hard limit on, the key wraps nothing any more. Thread-safe.
#pragma once

#include "base/result.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

namespace rookery::crypto {

class KeyUses {
 public:
    /// Of one write of the keyring.
    static constexpr std::uint64_t lease = std::uint64_t{1} << 16;
    /// From here on a server makes another KEK by itself: see [jobs] rotate_keys_after_uses.
    static constexpr std::uint64_t soft_stop = std::uint64_t{1} << 30;
    /// The bound of SP 800-38D for random nonces, as the ceiling for every kind of key.
    static constexpr std::uint64_t hard_limit = std::uint64_t{1} << 32;

    /// `reserved`: as the keyring's file says, all of which may have been used. `low` is called by whoever uses the key
    /// when less than half a lease is left, from any thread; it must not wait for anything.
    KeyUses(std::uint64_t reserved, std::function<void()> low)
        : used_(reserved), reserved_(reserved), low_(std::move(low)) {}

    KeyUses(const KeyUses&) = delete;
    KeyUses& operator=(const KeyUses&) = delete;

    /// Counts one. Errc::unavailable until the next lease is written, restricted from the hard limit on.
    [[nodiscard]] Result<void> take();

    [[nodiscard]] std::uint64_t used() const { return used_; }

    [[nodiscard]] std::uint64_t reserved() const { return reserved_; }

    /// What the keyring has to say before extend() is called with it: one lease more than is used. It never says less
    /// than it did.
    [[nodiscard]] std::uint64_t next_reservation() const;
    /// The keyring's file says so, durably.
    void extend(std::uint64_t reserved);
    /// Whether less than half a lease is left, and the limit allows more.
    [[nodiscard]] bool is_low() const;

 private:
    std::atomic<std::uint64_t> used_;
    std::atomic<std::uint64_t> reserved_;
    std::function<void()> low_;
};

}  // namespace rookery::crypto
