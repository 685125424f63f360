// What the removal of a row takes with it, by the relationships of its table.
#pragma once

#include "pipeline/plan_builder.hpp"
#include "pipeline/step.hpp"

#include <vector>

namespace rookery::messages {

/// Errc: method_not_allowed or restricted for a table whose rows cannot be removed by a request.
[[nodiscard]] Result<void> check_removable(const schema::Table& table);

/// The row and everything that goes with it, children first and itself last. What stands in the way is the one
/// step's deferred error: Errc::restricted, too_many_rows, built_in_protected.
[[nodiscard]] std::vector<Step<Change>> removal_of(PlanBuilder& builder, RowPtr row);

/// The row that is to be retained and what goes with it, likewise. Records that lead to it are not among them, but where the
/// Archive of their relationship says so.
[[nodiscard]] std::vector<Step<Change>> retention_of(PlanBuilder& builder, RowPtr row);

}  // namespace rookery::messages
