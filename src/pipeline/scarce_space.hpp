// What may still be stored when the disk is nearly full (storage/space_watch.hpp): what administrators
// do, and what takes access or data away. Reading goes on, with its entries. Asked by the pipeline for
// every message, since there is no other way to the store.
#pragma once

#include "base/result.hpp"
#include "pipeline/plan_builder.hpp"

namespace rookery::messages {

/// Errc::no_space when the message stores something new, space is scarce, and the caller neither holds
/// System Administrator, himself or through a team, nor is the vault itself.
[[nodiscard]] Result<void> check_space(const PlanBuilder& builder);

/// What everybody is told when nothing can be written: Errc::no_space.
[[nodiscard]] Error out_of_space();

}  // namespace rookery::messages
