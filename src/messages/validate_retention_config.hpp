// ValidateRetentionConfig: whether a policy of retention could be run, and if not why. Writes nothing.
#pragma once

#include "pipeline/authorized.hpp"

#include <optional>
#include <string>

namespace rookery::messages {

struct ValidRetentionReply {
    std::string error;  // empty: it is valid
};

struct ValidateRetentionConfig {
    std::string entity;  // that the query should be about; empty: that of the policy, or any
    std::string criteria;
    std::optional<Uuid> config;  // a policy that is there

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
