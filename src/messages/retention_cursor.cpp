#include "messages/retention_cursor.hpp"

#include "base/cursor_words.hpp"

#include <span>

namespace rookery::messages {
namespace {

constexpr std::string_view no_policy = "-";

std::optional<PolicyRun> parse_policy_run(std::string_view word) {
    const auto parts = split(word, '/');
    if (parts.size() != 2) return std::nullopt;
    const auto config = Uuid::parse(parts[0]);
    const auto activated = number_of(parts[1]);
    if (!config || !activated) return std::nullopt;
    return PolicyRun{*config, from_ms(*activated)};
}

}  // namespace

std::string to_text(const RetentionCursor& cursor) {
    auto out = to_text(std::span(&cursor.by, 1)) + " " + to_string(cursor.operation) + " ";
    if (!cursor.policy) return out += no_policy;
    return out +=
           to_string(cursor.policy->config) + "/" + std::to_string(to_ms(cursor.policy->activated));
}

Result<RetentionCursor> parse_retention_cursor(std::string_view text) {
    const auto words = split(text, ' ');
    if (words.size() != 3) return bad_cursor();
    const auto by = parse_requesters(words[0]);
    const auto operation = Uuid::parse(words[1]);
    if (!by || by->size() != 1 || !operation) return bad_cursor();
    RetentionCursor out;
    out.by = by->front();
    out.operation = *operation;
    if (words[2] == no_policy) return out;
    out.policy = parse_policy_run(words[2]);
    if (!out.policy) return bad_cursor();
    return out;
}

}  // namespace rookery::messages
