// What keys and their states are called: on the log, in the API and to people. docs/formats/keyring.md has the same words.
#pragma once

#include "crypto/key_state.hpp"
#include "crypto/keyring.hpp"

#include <array>
#include <string_view>

namespace rookery::crypto {

[[nodiscard]] constexpr std::string_view name(Purpose purpose) {
    constexpr std::array<std::string_view, purpose_count> names{
        "record-kek",
        "audit-kek",
        "pseudonym",
        "index",
        "export",
        "row",
        "credential",
        "digest",
        "log-signing",
        "slots"};
    return names[static_cast<std::size_t>(purpose) - 1];
}

[[nodiscard]] constexpr std::string_view name(KeyState state) {
    constexpr std::array<std::string_view, key_permissions.size()> names{
        "pre-active", "active", "decrypt-only", "compromised", "destroy-pending", "destroyed"};
    return names[static_cast<std::size_t>(state) - 1];
}

}  // namespace rookery::crypto
