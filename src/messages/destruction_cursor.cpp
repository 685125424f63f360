#include "messages/destruction_cursor.hpp"

#include "base/cursor_words.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {

std::string to_text(const DestructionCursor& cursor) {
    return std::string(destruction_phases[static_cast<std::size_t>(cursor.phase)]) + " " +
           std::to_string(cursor.version) + " " + std::to_string(cursor.keys) + " " +
           key_word(cursor.key) + " " + to_text(cursor.people) + " " +
           std::to_string(to_ms(cursor.said)) + " " + std::string(crypto::name(cursor.purpose));
}

Result<DestructionCursor> parse_destruction_cursor(std::string_view text) {
    const auto words = split(text, ' ');
    if (words.size() != 5 && words.size() != 7) return bad_cursor();
    const auto* const phase = std::ranges::find(destruction_phases, words[0]);
    const auto version = number_of(words[1]);
    const auto keys = number_of(words[2]);
    const auto key = key_of(words[3]);
    if (phase == destruction_phases.end() || !version || *version == 0 || *version > UINT32_MAX ||
        !keys || !key) {
        return bad_cursor();
    }
    DestructionCursor out;
    out.phase = static_cast<DestructionPhase>(phase - destruction_phases.begin());
    out.version = static_cast<std::uint32_t>(*version);
    out.keys = *keys;
    out.key = *key;
    if (words.size() == 7) {
        const auto said = number_of(words[5]);
        const auto purpose = destroyable_purpose(words[6]);
        if (!said || *said > INT64_MAX || !purpose) return bad_cursor();
        out.said = from_ms(*said);
        out.purpose = *purpose;
    }
    auto people = parse_requesters(words[4]);
    if (!people || (out.phase == DestructionPhase::request && people->size() != 1)) {
        return bad_cursor();
    }
    out.people = std::move(*people);
    return out;
}

}  // namespace rookery::messages
