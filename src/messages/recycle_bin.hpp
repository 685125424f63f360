// The recycle bin: deleted rows that stay in their places for a time, all that they were, sealed as it was. To everybody
// they are gone: no index leads to them, and a Retrieve finds a tombstone. What is in it is listed by FetchXML alone
// (query/list.hpp), brought back by Restore, and ended by the job, or by a purge at once.
#pragma once

#include "pipeline/plan_builder.hpp"
#include "pipeline/step.hpp"

#include <vector>

namespace rookery::messages {

/// Makes of the removals of removal_of, if its root's table has a bin and the rules keep anything, rows that are kept.
void keep_in_bin(const PlanBuilder& builder, std::vector<Step<Change>>& steps);

/// What lies there of this id. Errc::restore_live when the row is there; not_found when it never was, is gone, or its time
/// is over.
[[nodiscard]] Result<KeptPtr> row_in_bin(
    PlanBuilder& builder, const schema::Table& table, const Uuid& id
);

/// The rows that went with it and still lie there, in the order of their removal: what was restored or purged meanwhile
/// is none of them. Guarded.
[[nodiscard]] Result<std::vector<KeptPtr>> rows_kept_with(
    PlanBuilder& builder, const storage::KeptRow& kept
);

/// Steps that leave a tombstone of it and of what went with it. Each needs what its removal would, as the rows stood.
[[nodiscard]] Result<std::vector<Step<Change>>> end_of(PlanBuilder& builder, const KeptPtr& kept);

/// Plans a row's end, with its entry on the log.
void end_kept(PlanBuilder& builder, const access::Decision& decision, const storage::KeptRow& kept);

}  // namespace rookery::messages
