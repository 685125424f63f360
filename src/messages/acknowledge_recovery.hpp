// rky_AcknowledgeRecovery: a reviewer has seen it.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// Errc::access_denied for the recovered user himself, invalid_argument when there is no recovery.
struct AcknowledgeRecovery {
    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
