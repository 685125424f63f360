#include "messages/detection_cursor.hpp"

#include "base/cursor_words.hpp"

#include <optional>
#include <span>

namespace rookery::messages {
namespace {

constexpr std::string_view from_the_first = "-";

/// What is before the next blank, which is taken away with it; nothing when there is none.
std::optional<std::string_view> take_word(std::string_view& text) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos || blank == 0) return std::nullopt;
    const auto word = text.substr(0, blank);
    text.remove_prefix(blank + 1);
    return word;
}

}  // namespace

std::string to_text(const DetectionCursor& cursor) {
    return to_text(std::span(&cursor.by, 1)) + " " + to_string(cursor.job) + " " +
           std::to_string(cursor.rows) + " " + std::to_string(cursor.found) + " " +
           std::to_string(cursor.left_out) + " " +
           (cursor.token.empty() ? std::string(from_the_first) : cursor.token) + " " + cursor.query;
}

Result<DetectionCursor> parse_detection_cursor(std::string_view text) {
    const auto by_word = take_word(text);
    const auto job_word = take_word(text);
    const auto rows_word = take_word(text);
    const auto found_word = take_word(text);
    const auto left_out_word = take_word(text);
    const auto token_word = take_word(text);
    if (!by_word || !job_word || !rows_word || !found_word || !left_out_word || !token_word ||
        text.empty()) {
        return bad_cursor();
    }
    const auto by = parse_requesters(*by_word);
    const auto job = Uuid::parse(*job_word);
    const auto rows = number_of(*rows_word);
    const auto found = number_of(*found_word);
    const auto left_out = number_of(*left_out_word);
    if (!by || by->size() != 1 || !job || !rows || !found || !left_out) return bad_cursor();
    DetectionCursor out;
    out.by = by->front();
    out.job = *job;
    out.rows = *rows;
    out.found = *found;
    out.left_out = *left_out;
    if (*token_word != from_the_first) out.token = *token_word;
    out.query = text;
    return out;
}

}  // namespace rookery::messages
