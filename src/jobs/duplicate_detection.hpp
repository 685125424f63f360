// The job of a BulkDetectDuplicates: goes through the rows of its query and records their duplicates by the rules that are
// published then, as the user who asked for it. What he may not read is no duplicate of anything.
#pragma once

#include "jobs/bulk_delete.hpp"
#include "jobs/job.hpp"
#include "messages/detection_cursor.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

namespace rookery::jobs {

/// So many rows of duplicaterecord a job has at most: its own row takes them along, in one message.
inline constexpr std::uint64_t detected_duplicates_max = messages::pairs_of_job_max;

class DuplicateDetection final : public Job {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's.
    DuplicateDetection(messages::Vault& vault, const access::Caller& caller, ReadBulkQueries read)
        : vault_(vault), caller_(caller), read_(std::move(read)) {}

    [[nodiscard]] std::string_view name() const override {
        return messages::duplicate_detection_job;
    }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;

 private:
    messages::Vault& vault_;
    const access::Caller caller_;
    const ReadBulkQueries read_;
};

}  // namespace rookery::jobs
