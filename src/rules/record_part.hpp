// Rows that the vault keeps of a record, in tables of their own: their column rky_record says of which.
#pragma once

#include "access/needs.hpp"
#include "base/result.hpp"
#include "pipeline/plan_builder.hpp"
#include "storage/row.hpp"

namespace rookery::messages {

/// What removing the record needs.
[[nodiscard]] Result<access::Needs> needs_of_its_record(
    PlanBuilder& builder, const storage::Row& part
);

}  // namespace rookery::messages
