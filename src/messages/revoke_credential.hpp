// rky_RevokeCredential. Revoking what is revoked already succeeds and changes nothing.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct RevokeCredential {
    Uuid credential;

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
