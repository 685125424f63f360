// DeleteAuditData and DeleteRecordChangeHistory: what Dataverse lets administrators do to its audits. Nobody does it here;
// that somebody tried is on the log.
#pragma once

#include "pipeline/authorized.hpp"

#include <string_view>

namespace rookery::messages {

/// Errc::built_in_protected, always.
struct DeleteAuditData {
    std::string_view called = "DeleteAuditData";  // which of them it is; a constant

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
