#include "jobs/scrub_cursor.hpp"

#include "base/cursor_words.hpp"

#include <algorithm>

namespace rookery::jobs {
namespace {

constexpr std::string_view scrub_phases[] = {"state", "rows", "index", "meta", "log"};

}  // namespace

std::string to_text(const ScrubCursor& cursor) {
    return std::string(scrub_phases[static_cast<std::size_t>(cursor.phase)]) + " " +
           key_word(cursor.key) + " " + std::to_string(cursor.next) + " " +
           std::to_string(cursor.log_size);
}

Result<ScrubCursor> parse_scrub_cursor(std::string_view text) {
    if (text.empty()) return ScrubCursor{};
    const auto words = split(text, ' ');
    if (words.size() != 4) return bad_cursor();
    const auto phase = std::ranges::find(scrub_phases, words[0]);
    const auto key = key_of(words[1]);
    const auto next = number_of(words[2]);
    const auto log_size = number_of(words[3]);
    if (phase == std::end(scrub_phases) || !key || !next || !log_size) return bad_cursor();
    ScrubCursor out;
    out.phase = static_cast<ScrubPhase>(phase - std::begin(scrub_phases));
    out.key = *key;
    out.next = *next;
    out.log_size = *log_size;
    return out;
}

}  // namespace rookery::jobs
