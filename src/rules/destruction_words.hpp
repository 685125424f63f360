// The first words of the cursor of a key's destruction (messages/destruction_cursor.hpp), of which the rules need to know
// from where on the key is being changed.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace rookery::messages {

enum class DestructionPhase : std::uint8_t { request, retire, destroy, retiring, destroying };

inline constexpr std::array<std::string_view, 5> destruction_phases{
    "request", "retire", "destroy", "retiring", "destroying"};

/// Whether the act is carried out and can be stopped no more.
[[nodiscard]] constexpr bool is_committed(DestructionPhase phase) {
    return phase == DestructionPhase::retiring || phase == DestructionPhase::destroying;
}

/// The same of a cursor's text.
[[nodiscard]] constexpr bool is_committed(std::string_view cursor) {
    const auto* const found =
        std::ranges::find(destruction_phases, cursor.substr(0, cursor.find(' ')));
    return found != destruction_phases.end() &&
           is_committed(static_cast<DestructionPhase>(found - destruction_phases.begin()));
}

}  // namespace rookery::messages
