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

/// Of a row that says something about another one: it goes with it, whoever removes that, and never by itself.
[[nodiscard]] Result<access::Needs> needs_of_a_note(PlanBuilder& builder, const storage::Row& note);

}  // namespace rookery::messages
