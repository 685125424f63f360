// Rows that a request has ended for good are in no file of the store afterwards: the files of their tables are written anew. Started
// by the commit that ends them, so that no crash comes between.
#pragma once

#include "jobs/job.hpp"
#include "messages/start_forgetting.hpp"
#include "storage/forgotten_keys.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace rookery::jobs {

/// All rows of these tables, before the mark.
[[nodiscard]] storage::Forgetting forgetting_of(
    std::span<const schema::Table* const> tables, std::uint64_t mark
);

/// What a job that forgets says while it waits.
inline constexpr std::string_view still_read =
    "Somebody still reads the state from before, or a backup holds its files.";

class ForgetPurged final : public Job {
 public:
    /// `vault` outlives it.
    explicit ForgetPurged(messages::Vault& vault) : vault_(vault) {}

    [[nodiscard]] std::string_view name() const override { return messages::forgetting_job; }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;

    void let_go() override { forgetting_.reset(); }

 private:
    messages::Vault& vault_;
    std::optional<storage::Forgetting> forgetting_;  // begins anew when it was cut off
};

}  // namespace rookery::jobs
