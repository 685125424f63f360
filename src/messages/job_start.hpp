// job_start: the row of a job that is to run, which the runner takes up.
#pragma once

#include "pipeline/authorized.hpp"
#include "pipeline/job_progress.hpp"
#include "query/job_reader.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace rookery::messages {

struct NewJob {
    std::string name;
    JobStatus status = JobStatus::waiting_for_resources;  // or waiting: paused from the beginning
    std::string cursor = {};                              // where it begins
    std::string wait_reason = {};                         // of one that waits for somebody
    /// Of the jobs of this name that have not ended, whether this one is in the way; null: each is.
    std::function<bool(const JobRow&)> in_the_way = {};
    /// Beside so many rows of jobs that ended it is not started.
    std::size_t rows_max = job_rows_max;
};

/// Jobs of one name that wait or run beside each other, where `in_the_way` lets them.
inline constexpr std::size_t jobs_beside_max = 100;

/// Errc::too_many_requests while so many rows of jobs that ended wait for their removal.
[[nodiscard]] Result<void> check_job_room(const PlanBuilder& builder, std::size_t rows_max);

/// The step that makes it. Its deferred error: Errc::unsupported where no jobs run, invalid_argument for a name that no
/// job has, restricted while one in the way has not ended, too_many_requests while far more rows than are kept wait for
/// their removal.
[[nodiscard]] Result<Step<Change>> job_start(PlanBuilder& builder, const NewJob& job);

}  // namespace rookery::messages
