// BulkDelete: a job that deletes the rows of some queries, in the name of whoever asks and by the rights that he has when
// each of them goes. What cannot be deleted becomes a bulkdeletefailure.
#pragma once

#include "messages/retrieve_multiple.hpp"
#include "messages/start_job.hpp"
#include "pipeline/authorized.hpp"

#include <string>
#include <vector>

namespace rookery::messages {

/// What it takes to ask for one, and for each of its steps.
[[nodiscard]] access::Needs needs_to_bulk_delete();

/// Errc: as StartJob; unsupported for one that is to begin later; method_not_allowed and restricted for a table of which it
/// deletes no row; too_many_requests beside too many of the same user; invalid_argument for no query, and for too many.
struct BulkDelete {
    std::string job_name;
    std::vector<RetrieveMultiple> queries;  // the rows of each
    std::string text;                       // all queries, as who reads them for the job has them
    Instant start;                          // now, or long ago

    using Plan = AuthorizedChanges;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
