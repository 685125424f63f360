// What the status says of jobs that somebody should see to.
#pragma once

#include "pipeline/plan_builder.hpp"

#include <string>
#include <vector>

namespace rookery::messages {

/// Nothing for a process that was not meant to run jobs.
[[nodiscard]] Result<std::vector<std::string>> job_warnings(const PlanBuilder& builder);

}  // namespace rookery::messages
