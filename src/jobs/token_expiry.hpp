// The ends of versions of tokens that are too old or too many, of records that nobody writes any more: looked for, ended some
// records at a time by a message, and then forgotten, so that they are in no file of the store.
#pragma once

#include "access/caller.hpp"
#include "jobs/job.hpp"
#include "storage/forgotten_keys.hpp"

#include <optional>
#include <string_view>

namespace rookery::jobs {

inline constexpr std::string_view token_expiry_job = "token-versions";

class TokenExpiry final : public Job {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's.
    TokenExpiry(messages::Vault& vault, const access::Caller& caller)
        : vault_(vault), caller_(caller) {}

    [[nodiscard]] std::string_view name() const override { return token_expiry_job; }

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
