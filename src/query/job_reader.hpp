// The rows of jobs, for who runs them. No event: nothing of them is shown to anybody.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "pipeline/job_progress.hpp"
#include "pipeline/view.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

struct JobRow {
    Uuid id;
    std::string name;
    JobStatus status = JobStatus::waiting_for_resources;
    JobProgress progress;
    Instant created;
    std::optional<Instant> completed;
};

/// Nothing when there is no such row any more. Errc::integrity for a damaged one.
[[nodiscard]] Result<std::optional<JobRow>> read_job(const View& view, const Uuid& id);

/// asyncoperation.statecode.
enum class JobStateCode : std::uint8_t { ready = 0, suspended = 1, locked = 2, completed = 3 };

/// In this state, the oldest first; of more than `limit` only so many, by their ids.
[[nodiscard]] Result<std::vector<JobRow>> read_jobs(
    const View& view, JobStateCode state, std::size_t limit
);

}  // namespace rookery::messages
