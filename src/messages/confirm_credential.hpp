// rky_ConfirmCredential: from now on the credential carries what the caller could give its user.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// Errc: grant_unmask_denied when he could give nothing of it, access_denied for a credential of his own or of his
/// making, invalid_argument for one that has ended.
struct ConfirmCredential {
    Uuid credential;

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
