#include "jobs/token_expiry_cursor.hpp"

#include "base/cursor_words.hpp"

#include <algorithm>

namespace rookery::jobs {
namespace {

constexpr std::string_view expiry_phases[] = {"look", "end", "forget"};

}  // namespace

std::string to_text(const TokenExpiryCursor& cursor) {
    return std::string(expiry_phases[static_cast<std::size_t>(cursor.phase)]) + " " +
           std::to_string(cursor.ended) + " " + std::to_string(cursor.mark) + " " +
           key_word(cursor.key);
}

Result<TokenExpiryCursor> parse_token_expiry_cursor(std::string_view text) {
    if (text.empty()) return TokenExpiryCursor{};
    const auto words = split(text, ' ');
    if (words.size() != 4) return bad_cursor();
    const auto phase = std::ranges::find(expiry_phases, words[0]);
    const auto ended = number_of(words[1]);
    const auto mark = number_of(words[2]);
    const auto key = key_of(words[3]);
    if (phase == std::end(expiry_phases) || !ended || !mark || !key) return bad_cursor();
    TokenExpiryCursor out;
    out.phase = static_cast<TokenExpiryPhase>(phase - std::begin(expiry_phases));
    out.ended = *ended;
    out.mark = *mark;
    out.key = *key;
    return out;
}

}  // namespace rookery::jobs
