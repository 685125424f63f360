// The kinds of runs by which records are retained, brought back and purged in the background, and RetentionCursor: whose run a
// job is, as the text in its row.
//
//   cursor = requester " " operation " " ( config "/" milliseconds / "-" )
//
// The requester (requester.hpp) is in whose name it works as long as his credential is good; operation is the retentionoperation's
// id, whose row has the query, the place where it goes on and what came of it; of a run of a policy config is the policy's id,
// with the time when that was activated: once that is another one, the run is over.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "messages/requester.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::messages {

/// As in retentionoperation.rky_kind.
enum class RetentionKind : std::uint8_t { retain, roll_back, purge };

struct RetentionWords {
    std::string_view job;      // as it is called
    std::string_view message;  // by which it is asked for
    std::string_view done;     // "Records retained"
    std::int64_t status;       // of the operation, while it is under way
};

inline constexpr std::array<RetentionWords, 3> retention_words = {{
    {"retain", "BulkRetain", "Records retained", 20},
    {"rollback-retain", "rky_BulkRollbackRetain", "Records brought back", 21},
    {"purge-retained", "a policy of retention", "Records purged", 22},
}};

[[nodiscard]] constexpr const RetentionWords& words_of(RetentionKind kind) {
    return retention_words[static_cast<std::size_t>(kind)];
}

struct PolicyRun {
    Uuid config;
    Instant activated;

    friend bool operator==(const PolicyRun&, const PolicyRun&) = default;
};

struct RetentionCursor {
    Requester by;
    Uuid operation;
    std::optional<PolicyRun> policy;  // nothing: somebody asked for it

    friend bool operator==(const RetentionCursor&, const RetentionCursor&) = default;
};

[[nodiscard]] std::string to_text(const RetentionCursor& cursor);
/// Errc::integrity for what to_text does not write.
[[nodiscard]] Result<RetentionCursor> parse_retention_cursor(std::string_view text);

}  // namespace rookery::messages
