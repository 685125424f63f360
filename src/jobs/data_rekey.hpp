// The re-key of data: every record that holds a token gets a fresh data key, under a new record KEK, so that none is left
// that was ever under an older one. Also what follows when a KEK is known to somebody else: that one is marked at once,
// has a successor, and every data key that was ever under it is replaced.
//
// What a rotation wraps anew stays the key that it was: whoever unwrapped it once, with an old KEK and an old copy of the
// data, can open what is sealed under it for as long as it is in use. A fresh data key ends that; the tokens themselves he
// has, and they have to be replaced at Twitter.
#pragma once

#include "access/caller.hpp"
#include "jobs/job.hpp"
#include "messages/start_job.hpp"

namespace rookery::jobs {

class DataRekey final : public Job {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's.
    DataRekey(messages::Vault& vault, const access::Caller& caller)
        : vault_(vault), caller_(caller) {}

    [[nodiscard]] std::string_view name() const override { return messages::data_rekey_job; }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;

 private:
    messages::Vault& vault_;
    const access::Caller caller_;
};

}  // namespace rookery::jobs
