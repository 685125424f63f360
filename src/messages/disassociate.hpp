// Disassociate: ends such a link; of a 1:N it clears the child's lookup.
#pragma once

#include "messages/link.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct Disassociate : Link {
    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
