// What is kept comes back: the row that is named, with what went with it when it was deleted or retained.
//
// It is decided on the rows as they stood and as they will be: whoever brings one back makes it anew, for that owner and
// beneath those rows. What it held could be read by nobody, so whoever reads its tokens again gains them.
#pragma once

#include "pipeline/plan_builder.hpp"
#include "pipeline/step.hpp"

#include <vector>

namespace rookery::messages {

/// Steps that make it and what was kept with it live again, itself first. `input`: columns that are to have other values
/// then; null: everything is as it was, also who changed it last and when. What stands in the way of a row is its step's
/// deferred error: Errc::restore_key_taken, restore_parent_gone, unsupported for a token in `input`, those of a write.
[[nodiscard]] Result<std::vector<Step<Change>>> return_of(
    PlanBuilder& builder, KeptPtr kept, const Input* input
);

}  // namespace rookery::messages
