// What each state of a key version permits. One table: docs/formats/keyring.md shows the same.
#pragma once

#include <array>
#include <cstdint>

namespace rookery::crypto {

/// On disk: never renumber. Only forward moves, except that a pre_active key may be dropped.
enum class KeyState : std::uint8_t {
    pre_active = 1,       // waits to become the active one
    active = 2,           // exactly one per purpose
    decrypt_only = 3,     // has a successor
    compromised = 4,      // somebody else may have it
    destroy_pending = 5,  // any use of it from now on is a mistake
    destroyed = 6,        // a tombstone without key bytes
};

enum class KeyUse : std::uint8_t {
    seal,       // a new value, detail, keyed hash or signature
    open,       // a sealed value or detail
    tag,        // of a new row, state row or slot set
    check,      // a row's tag, a slot set's, a keyed hash
    state_row,  // check the tag of the vault's state row
};

struct KeyPermissions {
    KeyState state;
    bool seal, open, tag, check, state_row;
};

/// A compromised row key still checks rows, since they could not be tagged anew otherwise. It does not
/// check a state row, which says which rows are the newest: somebody else could have written it. A
/// decrypt-only key does, until the first state row stands under its successor: see ledger::decode.
inline constexpr std::array<KeyPermissions, 6> key_permissions{{
    // state                      seal   open   tag    check  state row
    {KeyState::pre_active, false, false, false, false, false},
    {KeyState::active, true, true, true, true, true},
    {KeyState::decrypt_only, false, true, false, true, true},
    {KeyState::compromised, false, true, false, true, false},
    {KeyState::destroy_pending, false, false, false, false, false},
    {KeyState::destroyed, false, false, false, false, false},
}};

[[nodiscard]] constexpr bool permits(KeyState state, KeyUse use) {
    for (const auto& row : key_permissions) {
        if (row.state != state) continue;
        switch (use) {
            case KeyUse::seal:
                return row.seal;
            case KeyUse::open:
                return row.open;
            case KeyUse::tag:
                return row.tag;
            case KeyUse::check:
                return row.check;
            case KeyUse::state_row:
                return row.state_row;
        }
    }
    return false;
}

}  // namespace rookery::crypto
