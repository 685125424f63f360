// held_key_offer: an offer of 32 bytes that somebody brought, of a kind whose slots take them as they are. What lies in a
// file of this machine is offered by its kind alone.
#pragma once

#include "base/result.hpp"
#include "crypto/keys.hpp"
#include "crypto/slot_kind.hpp"

#include <functional>
#include <memory>
#include <string>

namespace rookery::crypto {

/// `params`: of a new slot.
[[nodiscard]] std::unique_ptr<SlotOffer> held_key_offer(
    const SlotKind& kind, KeyFileSecret key, std::string label,
    std::function<Result<Bytes>()> params
);

/// The one secret of what was brought, a key as text. Errc::invalid_argument.
[[nodiscard]] Result<KeyFileSecret> brought_key(const SlotBrought& brought);

}  // namespace rookery::crypto
