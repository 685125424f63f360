// Which ways into a sealed vault a request can bring: what http::UnsealInput has a kind for.
#pragma once

#include "crypto/root_slots.hpp"
#include "crypto/slot_kinds.hpp"

#include <algorithm>
#include <vector>

namespace rookery::messages {

/// Whether somebody who reaches the server can unseal it with one of these; else only a restart does, with what the
/// configuration names.
[[nodiscard]] inline bool opens_by_request(const std::vector<crypto::Slot>& slots) {
    return std::ranges::any_of(slots, [](const crypto::Slot& slot) {
        return slot.kind == &crypto::share_slot || slot.kind == &crypto::passphrase_slot;
    });
}

}  // namespace rookery::messages
