// rky_TestRootKeySlot: whether a way would open the vault, and by which slot. Nothing is changed by it but the log.
#pragma once

#include "messages/slot_act.hpp"

namespace rookery::messages {

struct TestRootKeySlot {
    BroughtSecret opens = nothing_brought();

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
