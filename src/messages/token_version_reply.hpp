// What is answered about the history of a record's tokens: rky_RetrieveTokenVersions and rky_RetrieveTokenVersion.
#pragma once

#include "messages/token_history.hpp"
#include "pipeline/reply.hpp"

#include <optional>
#include <vector>

namespace rookery::messages {

/// One version, without what it holds.
struct VersionFacts {
    SetAs set;
    VersionLabel label = VersionLabel::current;
    std::optional<SetAs> replaced;               // nothing: it is the current one
    std::optional<Instant> grace_until;          // of the previous one
    std::vector<const schema::Column*> columns;  // of the record: those that it has a value of
};

/// Where the rule comes from by which a token becomes due.
enum class RotationRule : std::uint8_t { none, record, configuration };

struct RotationFacts {
    RotationRule rule = RotationRule::none;
    std::int64_t days = 0;
    // When the tokens are to be rotated: from the time that they were set, or where that is unknown from the
    // record's making on. Nothing without a rule or tokens.
    std::optional<Instant> due;
};

struct TokenVersionsReply {
    storage::RowRef record;
    std::vector<VersionFacts> versions;  // the newest first
    RotationFacts rotation;
};

struct TokenVersionReply {
    storage::RowRef record;
    VersionFacts version;
    std::vector<ShownCell> cells;  // the record's sealed columns that were asked for
    std::vector<MaskedColumn> masked;
};

[[nodiscard]] VersionFacts current_facts(const TokenHistory& history);
[[nodiscard]] VersionFacts facts_of(
    const TokenHistory& history, const TokenVersion& version, const TokenRules& rules, Instant now
);

}  // namespace rookery::messages
