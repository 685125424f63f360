// The rotation of the record KEK: a new key becomes the active one, and every data key is wrapped anew under it, in small
// batches under load, until nothing in the store is under an older one; then that is counted once more over everything.
// An older key stays in the keyring and still opens: destroying it is another act.
//
// The first step only chooses the new version and puts it into the row; so a rotation that is cut off anywhere goes on
// with that version, and one row makes one key. Wrapping a key twice does no harm: what is under the active KEK is left.
#pragma once

#include "access/caller.hpp"
#include "jobs/job.hpp"
#include "messages/start_job.hpp"

namespace rookery::jobs {

class KeyRotation final : public Job {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's.
    KeyRotation(messages::Vault& vault, const access::Caller& caller)
        : vault_(vault), caller_(caller) {}

    [[nodiscard]] std::string_view name() const override { return messages::key_rotation_job; }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;

 private:
    messages::Vault& vault_;
    const access::Caller caller_;
};

}  // namespace rookery::jobs
