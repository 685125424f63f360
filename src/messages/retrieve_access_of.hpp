// rky_RetrieveAccessOf: what a user could read and give.
#pragma once

#include "messages/explain_reply.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct RetrieveAccessOf {
    std::optional<Uuid> user;  // nothing: the caller

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
