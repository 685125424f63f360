// RevokeAccess: what is shared with a user or team is so no more.
#pragma once

#include "messages/sharing.hpp"

namespace rookery::messages {

struct RevokeAccess : Sharing {
    using Plan = SharePlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
