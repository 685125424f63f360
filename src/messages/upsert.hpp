// Upsert: PATCH, which creates or updates as the case may be. Assign and SetState are Upserts of their columns.
#pragma once

#include "messages/apply_change.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct Upsert {
    Target target;
    Input input;
    Preconditions preconditions;
    Representation representation;
    Duplicates duplicates = Duplicates::allowed;

    using Plan = PlannedWrite;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
