// GrantAccess: shares a row with a user or team, or adds rights to what is shared already.
#pragma once

#include "messages/sharing.hpp"

namespace rookery::messages {

struct GrantAccess : Sharing {
    std::uint32_t rights = 0;        // bits of AccessRights
    std::optional<Instant> expires;  // of the whole share; nothing: as it is

    using Plan = SharePlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
