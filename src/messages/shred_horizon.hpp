// The shred horizon of what was purged: when nothing opens it any more, backups of the data included: once every record
// KEK that a copy of it may be wrapped under is destroyed.
#pragma once

#include "base/clock.hpp"
#include "crypto/keyring.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace rookery::messages {

struct ShredHorizon {
    /// When the last of the keys was destroyed; nothing while one is not. Keyring files and backups of before still have
    /// them, and nobody here knows of those.
    std::optional<Instant> passed;
    /// For people: what is scheduled, or that it is not, and what is to be done.
    std::string text;
};

/// `keks`: record KEKs; empty: unknown, which stands for all that there are.
[[nodiscard]] ShredHorizon shred_horizon(
    const crypto::Keyring& keyring, std::span<const std::uint32_t> keks
);

}  // namespace rookery::messages
