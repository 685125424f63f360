// apply_change: an authorized change becomes a planned write with its entry on the log, and the reply to a write.
#pragma once

#include "pipeline/authorized.hpp"
#include "pipeline/plan_builder.hpp"
#include "query/planned_expansion.hpp"

#include <vector>

namespace rookery::messages {

/// What an authorized change did.
struct Written {
    RowPtr row;             // as it is now; null when nothing was written
    std::size_t write = 0;  // its index in the plan
};

/// Seals the tokens, plans the row and records the change.
[[nodiscard]] Result<Written> apply_change(PlanBuilder& builder, Authorized<Change>& change);

/// All of them, in order.
[[nodiscard]] Result<void> apply_all(PlanBuilder& builder, AuthorizedChanges& changes);

/// A write of one row, and what its reply shows beside it.
struct PlannedWrite {
    Authorized<Change> change;
    std::vector<PlannedExpansion> expanded;
};

/// Whether and how the reply to a write shows the row. Rows beside it are shown as they were before the write.
struct Representation {
    bool wanted = false;
    Selection selection;
    std::vector<Expansion> expanded;
};

/// A reply that shows the row needs what reading it needs; it is not a GET of one record.
[[nodiscard]] Judged<PlannedWrite> plan_write(
    PlanBuilder& builder, Step<Change> step, const Representation& representation
);

/// Applies the change. `created`: the row was not there before.
[[nodiscard]] Result<MessageReply::Body> carry_out_write(
    PlanBuilder& builder, PlannedWrite& plan, bool created, const Representation& representation
);

}  // namespace rookery::messages
