// ModifyAccess: a share gives these rights and no others; none ends it.
#pragma once

#include "messages/sharing.hpp"

namespace rookery::messages {

struct ModifyAccess : Sharing {
    std::uint32_t rights = 0;        // bits of AccessRights
    std::optional<Instant> expires;  // nothing: as it is

    using Plan = SharePlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
