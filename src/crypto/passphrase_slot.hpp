// Slots that a passphrase opens, stretched by Argon2id (RFC 9106, one lane). docs/formats/passphrase.md
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/keys.hpp"
#include "crypto/slot_kind.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace rookery::crypto {

struct PassphraseCost {
    std::uint32_t operations = 0;
    std::uint64_t memory_bytes = 0;

    friend bool operator==(const PassphraseCost&, const PassphraseCost&) = default;
};

inline constexpr PassphraseCost passphrase_cost_floor{3, 64U << 20};
inline constexpr PassphraseCost passphrase_cost_default{4, std::uint64_t{1} << 30};
inline constexpr PassphraseCost passphrase_cost_ceiling{16, std::uint64_t{4} << 30};

/// The default when it takes at most half of `available_bytes`; else the largest power of two that
/// does, never below the floor.
[[nodiscard]] PassphraseCost passphrase_cost_for(std::uint64_t available_bytes);
/// For this machine: what the kernel calls available, within the control group's limit.
[[nodiscard]] PassphraseCost passphrase_cost_here();

/// At least 16 characters of UTF-8 as typed (no normalisation), no control characters, at most 1024
/// bytes. Errc::invalid_argument with a hint.
[[nodiscard]] Result<void> check_passphrase(const SecretBytes& passphrase);

/// 32 bytes. Errc::out_of_range when the cost is outside floor and ceiling and
/// Errc::invalid_argument for what check_passphrase refuses, both before any hashing;
/// Errc::unavailable when there is not enough memory. One at a time in the process.
[[nodiscard]] Result<SlotSecret> stretch_passphrase(
    const SecretBytes& passphrase, PassphraseCost cost, const ByteArray<16>& salt
);

/// `cost` is that of a new slot; nothing: passphrase_cost_here.
[[nodiscard]] std::unique_ptr<SlotOffer> passphrase_offer(
    SecretBytes passphrase, std::optional<PassphraseCost> cost = {}
);

}  // namespace rookery::crypto
