#include "messages/bulk_delete_cursor.hpp"

#include "base/cursor_words.hpp"

#include <span>

namespace rookery::messages {
namespace {

constexpr std::string_view no_token = "-";

}  // namespace

std::string to_text(const BulkDeleteCursor& cursor) {
    return to_text(std::span(&cursor.by, 1)) + " " + to_string(cursor.operation) + " " +
           std::to_string(cursor.query) + " " +
           (cursor.token.empty() ? std::string(no_token) : cursor.token);
}

Result<BulkDeleteCursor> parse_bulk_delete_cursor(std::string_view text) {
    const auto words = split(text, ' ');
    if (words.size() != 4) return bad_cursor();
    const auto by = parse_requesters(words[0]);
    const auto operation = Uuid::parse(words[1]);
    const auto query = number_of(words[2]);
    if (!by || by->size() != 1 || !operation || !query || words[3].empty()) return bad_cursor();
    BulkDeleteCursor out;
    out.by = by->front();
    out.operation = *operation;
    out.query = *query;
    if (words[3] != no_token) out.token = words[3];
    return out;
}

}  // namespace rookery::messages
