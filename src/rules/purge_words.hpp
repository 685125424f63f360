// The first words of the cursor of a purge (messages/purge_cursor.hpp), of which the rules need to know from where on the
// record is being forgotten.
#pragma once

#include <array>
#include <string_view>

namespace rookery::messages {

inline constexpr std::array<std::string_view, 2> purge_phases{"request", "forgetting"};

/// Whether the rows are gone, and the job can be stopped no more.
[[nodiscard]] constexpr bool is_forgetting(std::string_view cursor) {
    return cursor.substr(0, cursor.find(' ')) == purge_phases[1];
}

}  // namespace rookery::messages
