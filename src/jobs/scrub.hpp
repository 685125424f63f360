// The scrub: what `rookery verify` checks of the store, as far as it can be told from one state of it, while the server
// runs. Each step takes a view and looks at some rows, index entries, outbox entries or log entries of it; what is
// compared is compared within that view, so that no write in between is taken for damage.
// docs/operations/monitoring.md says what only `rookery verify` finds.
#pragma once

#include "jobs/job.hpp"

namespace rookery::jobs {

inline constexpr std::string_view scrub_name = "scrub";

/// More findings than this end it: there is nothing to learn from the next ones.
inline constexpr std::uint64_t scrub_findings_max = 1000;

class Scrub final : public Job {
 public:
    [[nodiscard]] std::string_view name() const override { return scrub_name; }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;
};

}  // namespace rookery::jobs
