// BulkDetectDuplicates: a job that looks for the duplicates of the rows of a query, in the name of whoever asks and among the rows
// that he may read then. What it finds becomes rows of duplicaterecord.
#pragma once

#include "messages/retrieve_multiple.hpp"
#include "messages/start_job.hpp"
#include "pipeline/authorized.hpp"

#include <string>

namespace rookery::messages {

/// What it takes to ask for one, and for each of its steps, besides reading the rows.
[[nodiscard]] access::Needs needs_to_detect();

/// Errc: as StartJob; unsupported for one that is to begin later; detection_unsupported for a table without detection, no_rules
/// where no rule of it is published; too_many_requests beside too many of the same user; invalid_argument for a long query.
struct BulkDetectDuplicates {
    std::string job_name;
    RetrieveMultiple query;
    std::string text;  // the query, as who reads it for the job has it
    Instant start;     // now, or long ago

    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
