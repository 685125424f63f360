// What is kept of a record's tokens besides the record: the versions that were replaced, in rows of rky_tokenversion. They
// are read by whoever may read the record's tokens, so they count wherever it is asked who comes to read more.
#pragma once

#include "base/clock.hpp"
#include "pipeline/plan_builder.hpp"
#include "pipeline/token_rules.hpp"
#include "storage/row.hpp"

#include <optional>
#include <vector>

namespace rookery::messages {

/// More rows than a record can have versions: the limit, and what a lowered one has not ended yet.
inline constexpr std::size_t versions_read_max = 2 * keep_versions_max;

/// Whether a version that was retired then is still given to anybody. Nothing: since before there was a history.
[[nodiscard]] inline bool is_version_given(
    const std::optional<Instant>& retired, const TokenRules& rules, Instant now
) {
    return !retired || now < *retired + rules.keep;
}

/// The sealed columns of the record of which a version that is still given has a value; ascending. Without guards: a
/// version comes with a write of its record alone, which whoever asks this guards. Errc::integrity, io.
[[nodiscard]] Result<std::vector<const schema::Column*>> columns_kept_in_versions(
    const PlanBuilder& builder, const storage::RowRef& record
);

}  // namespace rookery::messages
