// The job of a BulkDelete: lists the rows of its queries and deletes them one by one, as the user who asked for it, who may
// be disabled or have other rights by then. Each list and each delete is decided and on the log like his own.
#pragma once

#include "jobs/job.hpp"
#include "messages/bulk_delete_cursor.hpp"
#include "messages/retrieve_multiple.hpp"

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::jobs {

/// The rows of each query that a bulkdeleteoperation holds as a text. Errc: why it holds none.
using ReadBulkQueries =
    std::function<Result<std::vector<messages::RetrieveMultiple>>(std::string_view text)>;

/// A job that meets so many rows that cannot be deleted ends: what it is to delete is not its user's.
inline constexpr std::uint64_t bulk_delete_failures_max = 500;

class BulkDelete final : public Job {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's.
    BulkDelete(messages::Vault& vault, const access::Caller& caller, ReadBulkQueries read)
        : vault_(vault), caller_(caller), read_(std::move(read)) {}

    [[nodiscard]] std::string_view name() const override { return messages::bulk_delete_job; }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;

 private:
    messages::Vault& vault_;
    const access::Caller caller_;
    const ReadBulkQueries read_;
};

}  // namespace rookery::jobs
