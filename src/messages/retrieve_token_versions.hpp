// rky_RetrieveTokenVersions: which tokens a record had, and when; nothing of what they were. For whoever may read the
// record.
#pragma once

#include "messages/token_version_reply.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct RetrieveTokenVersions {
    Target target;
    Preconditions preconditions = {};

    using Plan = Authorized<ShowRow>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
