// RetrieveTeamPrivileges: which privileges the roles of a team give it, and how deep.
#pragma once

#include "messages/privileges_question.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// Errc: not_found, key_not_found.
struct RetrieveTeamPrivileges {
    Target target;

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
