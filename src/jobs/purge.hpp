// The purge of a record that two persons asked for: the rows are removed by the approval; the job sees to it that they are
// in no file of the store any more, that nothing of the record is left, and says so on the log, together with when what
// backups still hold will open no more.
#pragma once

#include "access/caller.hpp"
#include "jobs/job.hpp"
#include "messages/purge_cursor.hpp"
#include "storage/forgotten_keys.hpp"

#include <optional>

namespace rookery::jobs {

class Purge final : public Job {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's.
    Purge(messages::Vault& vault, const access::Caller& caller) : vault_(vault), caller_(caller) {}

    [[nodiscard]] std::string_view name() const override { return messages::purge_job; }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;

    void let_go() override { forgetting_.reset(); }

 private:
    messages::Vault& vault_;
    const access::Caller caller_;
    std::optional<storage::Forgetting> forgetting_;  // begins anew when it was cut off
};

}  // namespace rookery::jobs
