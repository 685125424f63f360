// BulkRetain: a job that retains the records of a query, in the name of whoever asks and by the rights that he has when
// each of them goes. Its account is a row of retentionoperation.
#pragma once

#include "messages/retention_start.hpp"
#include "messages/retrieve_multiple.hpp"

#include <optional>
#include <string>

namespace rookery::messages {

/// Errc: those of plan_retention and of the list; duplicate_id for an operation that there is or was.
struct BulkRetain {
    RetrieveMultiple query;
    std::string text;               // the query, as who reads it for the job has it
    std::optional<Uuid> operation;  // the id that the retentionoperation is to have

    using Plan = AuthorizedChanges;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
