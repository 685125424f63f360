// rky_RemoveRootKeySlot: one way less into the vault, by whoever brings one that stays: so it is known that one opens.
#pragma once

#include "messages/slot_act.hpp"

#include <cstdint>

namespace rookery::messages {

struct RemoveRootKeySlot {
    BroughtSecret opens = nothing_brought();
    std::uint16_t slot = 0;
    bool used = false;  // also when it is the one that was brought

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
