// Associate: links two rows by an N:N, or by a 1:N from its collection side, which sets the child's lookup.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct Associate {
    const schema::Association* association = nullptr;
    const schema::Relationship* relationship = nullptr;
    Target parent;
    Target child;

    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
