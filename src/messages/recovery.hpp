// Administration given back with the root key: noted in the organization's row before anybody gets a
// right by it, and shown by the status until a reviewer acknowledges it.
#pragma once

#include "pipeline/plan_builder.hpp"

#include <string>

namespace rookery::messages {

[[nodiscard]] Result<RowPtr> organization_row(PlanBuilder& builder);

/// The organization's row with these two values.
[[nodiscard]] storage::Row noted(storage::Row row, storage::Value when, storage::Value user);

/// Plans the row as it will be, with what it says on the record.
void record_recovery(
    PlanBuilder& builder, const access::Decision& decision, const storage::Row& before,
    storage::Row after
);

/// What the status says of a recovery that is not acknowledged; empty when there is none.
[[nodiscard]] Result<std::string> recovery_warning(const PlanBuilder& builder);

}  // namespace rookery::messages
