// The rows of jobs, for who runs them. No event: nothing of them is shown to anybody.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "pipeline/job_progress.hpp"
#include "pipeline/view.hpp"

#include <cstddef>
#include <cstdint>
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
    Uuid created_by;  // who started it: the user of the jobs, when its time had come
    std::optional<Instant> completed;
    std::uint64_t versionnumber = 0;  // tells which of two is newer that were made within a second
};

/// Nothing when there is no such row any more. Errc::integrity for a damaged one.
[[nodiscard]] Result<std::optional<JobRow>> read_job(const View& view, const Uuid& id);

/// asyncoperation.statecode.
enum class JobStateCode : std::uint8_t { ready = 0, suspended = 1, locked = 2, completed = 3 };

/// rky_StartJob makes no more rows than so many, of jobs that ended; in each other state there is
/// one for each name, or jobs_beside_max (messages/job_start.hpp) of a purge.
inline constexpr std::size_t job_rows_max = 1000;

struct JobRows {
    std::vector<JobRow> rows;  // the oldest first
    std::size_t damaged =
        0;  // left out: nothing is known of them, and one must not hide the others
};

/// In this state, at most job_rows_max.
[[nodiscard]] Result<JobRows> read_jobs(const View& view, JobStateCode state);
/// How many rows are in this state, damaged ones too; counts no further than `most`.
[[nodiscard]] Result<std::size_t> count_jobs(
    const View& view, JobStateCode state, std::size_t most
);

}  // namespace rookery::messages
