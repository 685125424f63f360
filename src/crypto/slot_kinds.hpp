// The table of slot kinds. Everybody who makes, opens, lists or is asked for slots walks it, so a new
// kind is a source of its own and a row here.
#pragma once

#include "crypto/slot_kind.hpp"

#include <array>
#include <cstdint>

namespace rookery::crypto {

extern const SlotKind key_file_slot;
extern const SlotKind passphrase_slot;
extern const SlotKind share_slot;
extern const SlotKind token_slot;
extern const SlotKind credential_slot;
extern const SlotKind pair_slot;

/// In the order in which operators are shown their options.
inline constexpr std::array slot_kinds{
    &key_file_slot, &passphrase_slot, &share_slot, &token_slot, &credential_slot, &pair_slot};

/// Null for a type that this version does not know.
[[nodiscard]] inline const SlotKind* slot_kind(std::uint8_t type) {
    for (const auto* kind : slot_kinds) {
        if (kind->type == type) return kind;
    }
    return nullptr;
}

}  // namespace rookery::crypto
