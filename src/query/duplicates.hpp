// Duplicates: the rows that are duplicates of a row by the rules that are published, of those that the caller may read. They are
// found as a list finds its rows: by an index where a condition has one, otherwise by looking at the rows of his scope, within the
// work of his request.
#pragma once

#include "pipeline/match_code.hpp"
#include "pipeline/plan_builder.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

/// With its conditions, and one more than there may be of them where there are too many. Guarded.
[[nodiscard]] Result<MatchRule> read_match_rule(PlanBuilder& builder, const storage::Row& row);

/// The rules for rows of `base` that are published, in the order of their ids; whoever may read them, since they hold for all.
/// Guarded.
[[nodiscard]] Result<std::vector<MatchRule>> published_rules(
    PlanBuilder& builder, const schema::Table& base
);

/// match_code, paid for before it is made. Errc::too_expensive.
[[nodiscard]] Result<std::optional<std::string>> paid_match_code(
    PlanBuilder& builder, const MatchRule& rule, MatchSide side, const storage::Row& row
);

/// At most `most` rows, none of them `row` itself. The rows are not guarded: of two that are written at once neither knows of the
/// other. Errc: those of a list, too_expensive among them.
[[nodiscard]] Result<std::vector<RowPtr>> duplicates_of(
    PlanBuilder& builder, const MatchRule& rule, const storage::Row& row, std::size_t most
);

/// Takes a pair; false: it takes no more.
using TakeDuplicate = std::function<bool(const storage::Row& row, const storage::Row& duplicate)>;

/// The same of many rows, at most `duplicates_of_one_max` of each where an index leads to them. Without one the rows of the other
/// table are looked at once for all of them.
[[nodiscard]] Result<void> duplicates_of_each(
    PlanBuilder& builder, const MatchRule& rule, const std::vector<RowPtr>& rows,
    const TakeDuplicate& take
);

inline constexpr std::size_t duplicates_of_one_max = 50;

}  // namespace rookery::messages
