// job_start: the row of a job that is to run, which the runner takes up.
#pragma once

#include "pipeline/authorized.hpp"
#include "pipeline/job_progress.hpp"

#include <string>

namespace rookery::messages {

struct NewJob {
    std::string name;
    JobStatus status = JobStatus::waiting_for_resources;  // or waiting: paused from the beginning
    std::string cursor = {};                              // where it begins
};

/// The step that makes it. Its deferred error: Errc::unsupported where no jobs run, invalid_argument for a name that no
/// job has, restricted while one of this name has not ended, too_many_requests while far more rows than are kept wait for
/// their removal.
[[nodiscard]] Result<Step<Change>> job_start(PlanBuilder& builder, const NewJob& job);

}  // namespace rookery::messages
