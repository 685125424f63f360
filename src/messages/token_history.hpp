// The history of a record's tokens: a row of rky_tokenversion for each write that replaced them, made in the same batch.
//
// A version's number is the row version of the write that set it, so that every entry of the log about the record tells
// by its row version which tokens it was about. Nothing is stored for the current version but the record itself: when
// it was set, and by whom, is said by the version before it.
#pragma once

#include "access/decide.hpp"
#include "pipeline/plan_builder.hpp"
#include "pipeline/token_rules.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// When a version was set, and by whom; nothing where that was before there was a history.
struct SetAs {
    std::uint64_t number = 0;  // 0: there is, or was, nothing
    std::optional<Instant> on;
    std::optional<Uuid> by;
};

/// One that was replaced.
struct TokenVersion {
    RowPtr row;  // of rky_tokenversion
    SetAs set;
    SetAs replaced;  // the write that set its successor
};

struct TokenHistory {
    RowPtr record;
    SetAs current;
    std::vector<TokenVersion> versions;  // the oldest first; those that the rules still give
};

enum class VersionLabel : std::uint8_t {
    current,
    previous,  // the last one, while agents may still ask for it
    old,
};

/// "current", "previous", "old".
[[nodiscard]] std::string_view word_of(VersionLabel label);

/// What the builder's view and rules have of it, guarded. Precondition: a row of a table with a history.
/// Errc::integrity, io.
[[nodiscard]] Result<TokenHistory> read_history(PlanBuilder& builder, RowPtr record);
/// The same without guards, of a record that is one of many.
[[nodiscard]] Result<TokenHistory> peek_history(const PlanBuilder& builder, RowPtr record);

/// Until when agents may ask for it: the last one alone.
[[nodiscard]] std::optional<Instant> grace_until(
    const TokenHistory& history, const TokenVersion& version, const TokenRules& rules
);

[[nodiscard]] VersionLabel label_of(
    const TokenHistory& history, const TokenVersion& version, const TokenRules& rules, Instant now
);

/// The value that the version has of the record's column; null when it had none.
[[nodiscard]] const storage::SealedValue* kept_value(
    const TokenVersion& version, const schema::Column& column
);
/// The column of rky_tokenversion that keeps it.
[[nodiscard]] const schema::Column& kept_column(
    const schema::Table& table, const schema::Column& column
);

/// A version that the rules have ended, and no write of its record yet.
struct EndedVersion {
    RowPtr row;
    // The newest one: its row stays without the tokens, since it says when the present ones were set.
    bool newest = false;
};

/// Of what is stored of the record's history, whatever was read of it before. Errc::integrity, io.
[[nodiscard]] Result<std::vector<EndedVersion>> ended_versions(
    const Reading& reading, const storage::RowRef& record, const TokenRules& rules, Instant now
);
/// Plans their ends, and guards what it read. How many.
[[nodiscard]] Result<std::size_t> end_versions_of(
    PlanBuilder& builder, const access::Decision& decision, const storage::RowRef& record
);

/// Plans what a write that changes tokens owes to their history: the version that it replaces, and the end of those
/// that are too many or too old. `decision`: of the write. Errc::integrity when a token that was there cannot be opened.
[[nodiscard]] Result<void> keep_version(
    PlanBuilder& builder, const access::Decision& decision, const storage::Row& before,
    const storage::Row& after
);

}  // namespace rookery::messages
