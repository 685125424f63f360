#include "messages/rekey_cursor.hpp"

#include "base/cursor_words.hpp"

#include <algorithm>
#include <optional>

namespace rookery::messages {
namespace {

constexpr std::string_view rekey_phases[] = {"choose", "renew", "count", "rekey", "prove"};
constexpr std::string_view none_word = "-";
constexpr std::string_view all_word = "all";

std::string compromised_word(std::uint32_t compromised) {
    if (compromised == RekeyCursor::nothing) return std::string(none_word);
    if (compromised == RekeyCursor::all) return std::string(all_word);
    return std::to_string(compromised);
}

std::optional<std::uint32_t> compromised_of(std::string_view word) {
    if (word == none_word) return RekeyCursor::nothing;
    if (word == all_word) return RekeyCursor::all;
    const auto number = number_of(word);
    if (!number || *number == RekeyCursor::nothing || *number >= RekeyCursor::all) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(*number);
}

}  // namespace

std::string to_text(const RekeyCursor& cursor) {
    return std::string(rekey_phases[static_cast<std::size_t>(cursor.phase)]) + " " +
           std::to_string(cursor.version) + " " + compromised_word(cursor.compromised) + " " +
           std::to_string(cursor.rekeyed) + " " + std::to_string(cursor.remaining) + " " +
           key_word(cursor.key);
}

Result<RekeyCursor> parse_rekey_cursor(std::string_view text) {
    if (text.empty()) return RekeyCursor{};
    const auto words = split(text, ' ');
    if (words.size() != 6) return bad_cursor();
    const auto phase = std::ranges::find(rekey_phases, words[0]);
    const auto version = number_of(words[1]);
    const auto compromised = compromised_of(words[2]);
    const auto rekeyed = number_of(words[3]);
    const auto remaining = number_of(words[4]);
    const auto key = key_of(words[5]);
    if (phase == std::end(rekey_phases) || !version || *version > UINT32_MAX || !compromised ||
        !rekeyed || !remaining || !key) {
        return bad_cursor();
    }
    RekeyCursor out;
    out.phase = static_cast<RekeyPhase>(phase - std::begin(rekey_phases));
    // Only a job that has not begun has no version yet.
    if ((*version == 0) != (out.phase == RekeyPhase::choose)) return bad_cursor();
    out.version = static_cast<std::uint32_t>(*version);
    out.compromised = *compromised;
    out.rekeyed = *rekeyed;
    out.remaining = *remaining;
    out.key = *key;
    return out;
}

}  // namespace rookery::messages
