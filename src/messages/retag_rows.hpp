// rky_RetagRows: rows and what is left of deleted ones get their tag under the active row key, some at a time. From the
// jobs only, never over HTTP.
//
// Of a row only its row version and its tag become others: values, versionnumber, index entries and what it says of access
// stay, and no request is stale by it unless it is about the same row. What is under the active row key is left as it is.
#pragma once

#include "messages/rekey_batch.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct RetagRows {
    RekeyBatch batch;

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
