// Which jobs wait for a second person's word: a purge or the destruction of a key that somebody asked for. Their state is
// that of a paused job, which they are not: nobody resumes them.
#pragma once

#include "rules/destruction_words.hpp"
#include "rules/purge_words.hpp"

#include <string_view>

namespace rookery::messages {

/// Of a job's name and cursor.
[[nodiscard]] constexpr bool waits_for_approval(std::string_view name, std::string_view cursor) {
    const auto phase = cursor.substr(0, cursor.find(' '));
    return (name == "purge" && phase == purge_phases[0]) ||
           (name == "key-destruction" && phase == destruction_phases[0]);
}

/// What its row says it waits for.
inline constexpr std::string_view approval_awaited = "for approval by a second person";

/// What to type.
[[nodiscard]] constexpr std::string_view how_to_approve(std::string_view name) {
    return name == "purge" ? "somebody else approves it: `rookery purge ID --approve`; "
                             "`rookery job cancel ID` takes it back"
                           : "somebody else approves it: `rookery key destroy VERSION --approve`; "
                             "`rookery job cancel ID` takes it back";
}

}  // namespace rookery::messages
