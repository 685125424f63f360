// JoinWalk: a row with one of the rows of each join, in every combination. A row that the caller may not read is not
// there. Used by one thread, for one query.
#pragma once

#include "query/query.hpp"
#include "query/related_judge.hpp"

#include <functional>
#include <span>
#include <vector>

namespace rookery::messages {

class JoinWalk {
 public:
    /// The row, then one of each join; null where that leads to none.
    using Rows = std::span<const storage::Row* const>;
    /// Whether to go on.
    using Visitor = std::function<Result<bool>(Rows rows)>;

    /// `builder` pays for what is read; both outlive it.
    JoinWalk(const PlanBuilder& builder, const std::vector<Join>& joins);

    /// False when `visit` ended it. Errc: what `visit` says, those of reading rows, and what WorkBudget::spend says.
    [[nodiscard]] Result<bool> each(const storage::Row& row, const Visitor& visit);

 private:
    /// From the join at this position on.
    [[nodiscard]] Result<bool> from(std::size_t position, const Visitor& visit);

    const std::vector<Join>& joins_;
    std::vector<Related> asked_;  // of each join, its filter resolved
    RelatedJudge judge_;
    std::vector<const storage::Row*> rows_;
};

}  // namespace rookery::messages
