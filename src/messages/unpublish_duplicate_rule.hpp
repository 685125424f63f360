// UnpublishDuplicateRule: the rule finds nothing any more, and can be changed.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// One that is not published stays so.
struct UnpublishDuplicateRule {
    Uuid rule;

    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
