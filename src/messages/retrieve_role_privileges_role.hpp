// RetrieveRolePrivilegesRole: which privileges a role gives, and how deep.
#pragma once

#include "messages/privileges_question.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// For whoever reads the role. Errc: not_found.
struct RetrieveRolePrivilegesRole {
    Target target;

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
