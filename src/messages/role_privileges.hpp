// What AddPrivilegesRole and RemovePrivilegeRole share: the role, and the steps on what it holds.
#pragma once

#include "pipeline/plan_builder.hpp"
#include "pipeline/step.hpp"

namespace rookery::messages {

/// The role that is named, if the caller's request may change it by its table's rules.
[[nodiscard]] Result<RowPtr> editable_role(PlanBuilder& builder, const Target& target);

/// Takes what it holds out of the role.
[[nodiscard]] Step<Change> removal_from(const storage::Row& role, RowPtr held);

/// The role stays as it is.
[[nodiscard]] Step<Change> untouched(const storage::Row& role);

}  // namespace rookery::messages
