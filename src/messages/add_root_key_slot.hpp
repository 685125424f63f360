// rky_AddRootKeySlot: a new way into the vault, from whoever brings one that there is.
#pragma once

#include "messages/slot_act.hpp"

#include <string>

namespace rookery::messages {

struct AddRootKeySlot {
    BroughtSecret opens = nothing_brought();
    BroughtSecret fresh = nothing_brought();
    std::string label = {};  // empty: what the way calls itself

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
