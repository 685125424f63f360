// Which ways into a sealed vault a request can bring (crypto/brought_way.hpp).
#pragma once

#include "crypto/root_slots.hpp"
#include "crypto/slot_kinds.hpp"

#include <algorithm>
#include <vector>

namespace rookery::messages {

/// Whether somebody who reaches the server can unseal it with one of these; else only a restart does, with what the
/// configuration names. A token's PIN is of use to a server that has the token's module.
[[nodiscard]] inline bool opens_by_request(
    const std::vector<crypto::Slot>& slots, bool has_module
) {
    return std::ranges::any_of(slots, [has_module](const crypto::Slot& slot) {
        return has_module || slot.kind != &crypto::token_slot;
    });
}

}  // namespace rookery::messages
