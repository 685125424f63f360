// WhoAmI: the ids of the caller, his business unit and the organization.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct WhoAmIReply {
    Uuid business_unit;
    Uuid user;
    Uuid organization;
};

struct WhoAmI {
    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
