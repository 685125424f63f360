// RetrieveCurrentOrganization: what a client asks first of where it is connected.
#pragma once

#include "pipeline/authorized.hpp"

#include <string>

namespace rookery::messages {

struct CurrentOrganizationReply {
    Uuid organization;
    std::string name;  // empty for who may not read the organization's row
};

struct RetrieveCurrentOrganization {
    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
