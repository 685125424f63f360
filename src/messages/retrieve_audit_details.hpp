// RetrieveAuditDetails: what one entry of the log tells of a change.
#pragma once

#include "messages/audit_detail.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// Errc: not_found; integrity for an entry that cannot be read.
struct RetrieveAuditDetails {
    Target target;  // a row of `audit`

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
