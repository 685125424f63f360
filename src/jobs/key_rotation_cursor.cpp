#include "jobs/key_rotation_cursor.hpp"

#include "base/cursor_words.hpp"

#include <algorithm>

namespace rookery::jobs {
namespace {

constexpr std::string_view phases[] = {"activate", "count", "rewrap", "prove"};
constexpr std::string_view no_census = "-";

std::optional<std::uint32_t> version_of(std::string_view text) {
    const auto number = number_of(text);
    if (!number || *number == 0 || *number > UINT32_MAX) return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

std::string census_word(const KeyCensus& census) {
    std::string out;
    for (const auto& [version, keys] : census) {
        if (!out.empty()) out += ',';
        out += std::to_string(version) + ":" + std::to_string(keys);
    }
    return out.empty() ? std::string(no_census) : out;
}

std::optional<KeyCensus> census_of(std::string_view word) {
    KeyCensus out;
    if (word == no_census) return out;
    for (const auto entry : split(word, ',')) {
        const auto parts = split(entry, ':');
        const auto version = version_of(parts.front());
        const auto keys = parts.size() == 2 ? number_of(parts[1]) : std::nullopt;
        if (!version || !keys || !out.emplace(*version, *keys).second) return std::nullopt;
    }
    return out;
}

}  // namespace

std::string to_text(const KeyRotationCursor& cursor) {
    return std::string(phases[static_cast<std::size_t>(cursor.phase)]) + " " +
           std::to_string(cursor.version) + " " + std::to_string(cursor.rewrapped) + " " +
           key_word(cursor.key) + " " + census_word(cursor.census);
}

Result<KeyRotationCursor> parse_key_rotation_cursor(std::string_view text) {
    const auto words = split(text, ' ');
    if (words.size() != 5) return bad_cursor();
    const auto phase = std::ranges::find(phases, words[0]);
    const auto version = version_of(words[1]);
    const auto rewrapped = number_of(words[2]);
    const auto key = key_of(words[3]);
    auto census = census_of(words[4]);
    if (phase == std::end(phases) || !version || !rewrapped || !key || !census) return bad_cursor();
    KeyRotationCursor out;
    out.phase = static_cast<RotationPhase>(phase - std::begin(phases));
    out.version = *version;
    out.rewrapped = *rewrapped;
    out.key = *key;
    out.census = std::move(*census);
    return out;
}

}  // namespace rookery::jobs
