// RemovePrivilegeRole: takes one privilege out of a role.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct RemovePrivilegeRole {
    Target role;
    const schema::Privilege* privilege = nullptr;

    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
