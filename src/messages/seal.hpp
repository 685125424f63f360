// rky_Seal: the vault is to be sealed. Who may answers with the entry on the log; whoever holds the vault then answers
// nothing more with its keys, and wipes them. Errc::unsupported where nobody holds it that could: in a command.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct Seal {
    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
