// rky_PurgeRecord: a record, there or deleted already, is to be gone for good: the row, its versions, what refers to it, and
// every copy of them in the store's files. The first of two persons asks; rky_ApprovePurge is the second one's word, and
// until then nothing is changed. Needs what deleting the record needs, and prvrkyManageKeys; of a
// deleted one the right to delete everybody's.
#pragma once

#include "messages/start_job.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// Errc::not_found for an id that no record ever had; those of job_start; version_mismatch.
struct PurgeRecord {
    Target target;
    Preconditions preconditions = {};

    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
