// apply_change: an authorized change becomes a planned write with its entry on the log, and the reply to a write.
#pragma once

#include "pipeline/authorized.hpp"
#include "pipeline/plan_builder.hpp"

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

/// A reply that shows the row needs what reading it needs; it is not a GET of one record.
void add_representation(Step<Change>& step, const Selection& selection);

struct WriteReply {
    bool created = false;
    bool representation = false;
};

[[nodiscard]] Result<MessageReply::Body> reply_to_write(
    PlanBuilder& builder, const Authorized<Change>& change, const Written& written,
    const WriteReply& how, const Selection& selection
);

}  // namespace rookery::messages
