// The end of deleted records whose time in the recycle bin is over: looked for by the index of deletions, ended some at a
// time by a message, and then forgotten, so that they are in no file of the store.
//
//   cursor = phase " " ended " " mark " " ( table { "+" table } / "-" ) " " ( key in hex / "-" )
//
// The tables are those of which rows had ended when it looked; only rows of these end, and only their files are written
// anew. The key is the last index entry that was looked at, the mark that of storage/forgotten_keys.hpp.
#pragma once

#include "access/caller.hpp"
#include "jobs/job.hpp"
#include "storage/forgotten_keys.hpp"

#include <optional>
#include <string_view>

namespace rookery::jobs {

inline constexpr std::string_view recycle_bin_job = "recycle-bin";

class RecycleBin final : public Job {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's.
    RecycleBin(messages::Vault& vault, const access::Caller& caller)
        : vault_(vault), caller_(caller) {}

    [[nodiscard]] std::string_view name() const override { return recycle_bin_job; }

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
