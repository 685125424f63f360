// The re-key of row tags: every row of every table, and what is left of deleted ones, is tagged under a new row key. The
// older row keys still check afterwards, for what is put back from a backup of then; destroying one is another act.
#pragma once

#include "access/caller.hpp"
#include "jobs/job.hpp"
#include "messages/start_job.hpp"

namespace rookery::jobs {

class RowRekey final : public Job {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's.
    RowRekey(messages::Vault& vault, const access::Caller& caller)
        : vault_(vault), caller_(caller) {}

    [[nodiscard]] std::string_view name() const override { return messages::row_rekey_job; }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;

 private:
    messages::Vault& vault_;
    const access::Caller caller_;
};

}  // namespace rookery::jobs
