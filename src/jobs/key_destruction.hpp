// The destruction of a record KEK or a row key, a job for each of its two acts. Each looks at everything in the store first;
// as long as something is under the key, or a row cannot be read, it fails and nothing changes. The first act makes it unusable,
// the second, a day later at least, drops its bytes. Older keyring files still have them: see docs/operations/keys.md.
#pragma once

#include "access/caller.hpp"
#include "jobs/job.hpp"
#include "messages/destroy_key.hpp"

namespace rookery::jobs {

class KeyDestruction final : public Job {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's.
    KeyDestruction(messages::Vault& vault, const access::Caller& caller)
        : vault_(vault), caller_(caller) {}

    [[nodiscard]] std::string_view name() const override { return messages::key_destruction_job; }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;

 private:
    messages::Vault& vault_;
    const access::Caller caller_;
};

}  // namespace rookery::jobs
