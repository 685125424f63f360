// What a planned request would change for anybody's rights: gathers it from the planned writes, lets
// access judge it, and puts grants on the log.
#pragma once

#include "base/result.hpp"
#include "pipeline/plan_builder.hpp"

#include <vector>

namespace rookery::messages {

/// Looks at the planned writes as a whole; records a grant's own event for each right or record by which
/// somebody reads more in clear. Gives the live credentials that wait for their confirmation. Errc: those
/// of access::Verdict; built_in_protected and invalid_argument for units that would leave the tree.
[[nodiscard]] Result<std::vector<Uuid>> check_effect(PlanBuilder& builder);

}  // namespace rookery::messages
