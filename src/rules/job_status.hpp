// How a job may pass from one state to the next, and what follows from that in its row. One table for the runner's
// reports and for requests that pause, resume or cancel.
#pragma once

#include "base/clock.hpp"
#include "pipeline/job_progress.hpp"
#include "storage/row.hpp"

#include <string_view>

namespace rookery::messages {

/// Who brings the change about.
enum class Initiator : std::uint8_t { runner, request };

[[nodiscard]] bool may_transition(JobStatus from, JobStatus to, Initiator by);

/// Whether it has ended.
[[nodiscard]] bool is_completed(JobStatus status);

/// The word of the schema: "In Progress".
[[nodiscard]] std::string_view label_of(JobStatus status);

/// Of a row of asyncoperation.
[[nodiscard]] JobStatus job_status_of(const storage::Row& row);

/// Both columns of the state.
void set_job_status(storage::Row& row, JobStatus status);

/// startedon, completedon and what no longer holds, once the state is set. `before`: null for a new row.
void follow_job_status(const storage::Row* before, storage::Row& row, Instant now);

}  // namespace rookery::messages
