// Kept rows: those that stay in their places although they are there for nobody, all that they were, sealed as it was. No
// index leads to them but that of what is kept, and a Retrieve finds a tombstone.
//
// What was deleted lies in the recycle bin for a time. It is listed by FetchXML alone (query/list.hpp), brought back by
// Restore, and ended by the job, or by a purge at once. What is retained stays: listed in the same way, brought back by
// RollbackRetain, and ended by PurgeRetainedContent.
#pragma once

#include "pipeline/plan_builder.hpp"
#include "pipeline/step.hpp"

#include <optional>
#include <vector>

namespace rookery::messages {

/// Makes of the removals of removal_of, if its root's table has a bin and the rules keep anything, rows that are kept.
void keep_in_bin(const PlanBuilder& builder, std::vector<Step<Change>>& steps);

/// Makes of the removals of retention_of rows that are retained. Precondition: their root's table has a bin.
void retain(const PlanBuilder& builder, std::vector<Step<Change>>& steps);

/// What lies there of this id. Errc::restore_live when the row is there; not_found when it never was, is gone, or its time
/// is over.
[[nodiscard]] Result<KeptPtr> row_in_bin(
    PlanBuilder& builder, const schema::Table& table, const Uuid& id
);

/// What is retained there of this id. Errc::restore_live when the row is there; not_found when nothing is retained.
[[nodiscard]] Result<KeptPtr> retained_row(
    PlanBuilder& builder, const schema::Table& table, const Uuid& id
);

/// The rows that went with it and are still kept, in the order of their removal: what came back or ended meanwhile is none
/// of them. Guarded.
[[nodiscard]] Result<std::vector<KeptPtr>> rows_kept_with(
    PlanBuilder& builder, const storage::KeptRow& kept
);

/// Steps that leave a tombstone of it and of what went with it. Each needs what its removal would, as the rows stood.
[[nodiscard]] Result<std::vector<Step<Change>>> end_of(PlanBuilder& builder, const KeptPtr& kept);

/// Plans a row's end, with its entry on the log. `operation`: that it belongs to.
void end_kept(
    PlanBuilder& builder, const access::Decision& decision, const storage::KeptRow& kept,
    const std::optional<Uuid>& operation = {}
);

/// What the log says of which request a row was kept by.
void note_deletion(audit::Event& event, const storage::Deletion& deletion);
/// And to which operation a request belongs, if anybody said so.
void note_operation(audit::Event& event, const std::optional<Uuid>& operation);

}  // namespace rookery::messages
