// What policies of retention are due: their runs are started, and the accounts of runs whose jobs were canceled are closed.
#pragma once

#include "access/caller.hpp"
#include "jobs/job.hpp"

#include <string_view>

namespace rookery::jobs {

inline constexpr std::string_view retention_policies_job = "retention-policies";

class RetentionPolicies final : public Job {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's.
    RetentionPolicies(messages::Vault& vault, const access::Caller& caller)
        : vault_(vault), caller_(caller) {}

    [[nodiscard]] std::string_view name() const override { return retention_policies_job; }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;

 private:
    messages::Vault& vault_;
    const access::Caller caller_;
};

/// Whether the job has something to do.
[[nodiscard]] bool is_retention_due(const messages::Vault& vault);

}  // namespace rookery::jobs
