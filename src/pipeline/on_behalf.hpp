// What may be done on behalf of another: each message says it of itself, and cannot leave it out (message_facts.hpp). Whoever
// is asked to answer for something does it himself, and the log names him alone.
#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::messages {

enum class OnBehalf : std::uint8_t {
    may,
    credential,  // makes, confirms or ends a way to act as somebody
    two_people,  // takes two people, or is the word of one of them
    vault,       // acts on keys, on what opens the vault, on its jobs, or seals it
    own_work,    // says what the caller himself has done
};

/// Why not, as the end of a sentence.
[[nodiscard]] constexpr std::string_view reason(OnBehalf kind) {
    switch (kind) {
        case OnBehalf::may:
            break;
        case OnBehalf::credential:
            return "whoever makes, confirms or ends a credential answers for it himself";
        case OnBehalf::two_people:
            return "it takes two people, and each of them speaks for himself";
        case OnBehalf::vault:
            return "whoever acts on keys, slots or jobs answers for it himself";
        case OnBehalf::own_work:
            return "it says what the caller himself has done";
    }
    return {};
}

}  // namespace rookery::messages
