// The job of a run: lists the records of a query and retains them, or brings them back, one by one, or purges what was retained
// before a time, as the user in whose name the run is, who may be disabled or have other rights by then. Each request is
// decided and on the log like his own. One class for the three kinds, each with a job of its own.
#pragma once

#include "jobs/job.hpp"
#include "messages/retention_cursor.hpp"
#include "messages/retrieve_multiple.hpp"

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

namespace rookery::jobs {

/// The records that a query of a run asks for. Errc: why it is none.
using ReadRetentionQuery = std::function<
    Result<messages::RetrieveMultiple>(std::string_view text, messages::RowSource source)>;

/// A run that meets so many records of which nothing can be done ends: they are not its user's.
inline constexpr std::uint64_t retention_failures_max = 500;

class Retention final : public Job {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's.
    Retention(
        messages::RetentionKind kind, messages::Vault& vault, const access::Caller& caller,
        ReadRetentionQuery read
    )
        : kind_(kind), vault_(vault), caller_(caller), read_(std::move(read)) {}

    [[nodiscard]] std::string_view name() const override { return messages::words_of(kind_).job; }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;

 private:
    const messages::RetentionKind kind_;
    messages::Vault& vault_;
    const access::Caller caller_;
    const ReadRetentionQuery read_;
};

}  // namespace rookery::jobs
