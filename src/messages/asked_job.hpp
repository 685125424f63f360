// What the jobs have in common that work in the name of whoever asks for them: BulkDelete, BulkDetectDuplicates and the runs of
// retention.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstddef>
#include <string_view>

namespace rookery::messages {

/// Of one user and one name, that have not ended.
inline constexpr std::size_t asked_jobs_max = 5;

/// Errc::too_many_requests beside asked_jobs_max of the caller's. Guarded: of two that he asks for at once one is planned again.
[[nodiscard]] Result<void> check_few_of_his(PlanBuilder& builder, std::string_view job);

/// What waited for its time would be in the way of every other job. Errc::unsupported for one that is to begin later.
[[nodiscard]] Result<void> check_begins_now(
    const PlanBuilder& builder, std::string_view message, Instant start
);

/// Who asked sees the job's row, and may pause and cancel it; it is done by the runner.
void give_to_asker(Step<Change>& step, const PlanBuilder& builder);
/// The same of any user.
void give_to(Step<Change>& step, const PlanBuilder& builder, const Uuid& user);

}  // namespace rookery::messages
