// Slots that two secrets of different kinds open together: a stolen disk with a key file on it then still lacks the
// passphrase, and a passphrase that was overheard lacks the file. Which of two was wrong is not told, and cannot be.
#pragma once

#include "base/result.hpp"
#include "crypto/slot_kind.hpp"

#include <memory>

namespace rookery::crypto {

/// In any order. Errc::usage for two of one kind, and for kinds that do not go into a pair.
[[nodiscard]] Result<std::unique_ptr<SlotOffer>> pair_offer(
    std::unique_ptr<SlotOffer> one, std::unique_ptr<SlotOffer> other
);

}  // namespace rookery::crypto
