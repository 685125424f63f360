// AddPrivilegesRole and, with `replace`, ReplacePrivilegesRole.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct RolePrivilege {
    const schema::Privilege* privilege = nullptr;
    schema::Depth depth = schema::Depth::none;
};

struct AddPrivilegesRole {
    Target role;
    std::vector<RolePrivilege> privileges;
    bool replace = false;

    using Plan = AuthorizedChanges;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
