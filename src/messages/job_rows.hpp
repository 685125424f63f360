// What StartJob and RecordJob share: a job's row, written by the vault itself.
#pragma once

#include "pipeline/authorized.hpp"
#include "pipeline/job_progress.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::messages {

/// Writes a column, which the entry on the log then names.
void set_column(Draft& draft, std::string_view name, storage::Value value);
/// Dataverse's code of the error, as the signed number that a column takes.
[[nodiscard]] std::int64_t number_of_error(Errc code);
/// Both columns of the state.
void set_status(Draft& draft, JobStatus status);
/// Puts what the row keeps of a job's progress into the draft. Errc::restricted for a cursor that the row has no room for: a
/// part of it would lead elsewhere.
[[nodiscard]] Result<void> set_progress(Draft& draft, const JobProgress& progress);

/// The step that writes this row; `before` is null for a new one.
[[nodiscard]] Step<Change> job_step(RowPtr before, Draft draft);

}  // namespace rookery::messages
