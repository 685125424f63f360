#include "messages/acknowledge_recovery.hpp"

#include "access/one_person.hpp"
#include "messages/recovery.hpp"

#include <algorithm>

namespace rookery::messages {

MessageFacts AcknowledgeRecovery::facts() const {
    return {
        "rky_AcknowledgeRecovery",
        audit::Action::recovery,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::two_people};
}

Result<void> AcknowledgeRecovery::check_texts() const { return {}; }

access::Decision AcknowledgeRecovery::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_read_audit));
}

Judged<AcknowledgeRecovery::Plan> AcknowledgeRecovery::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_read_audit));
}

Result<MessageReply::Body> AcknowledgeRecovery::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(const auto before, organization_row(builder));
    const auto* user = before->get<storage::RowRef>("rky_recovereduser");
    if (user == nullptr) {
        return fail(Errc::invalid_argument, "There is no recovery to acknowledge.");
    }
    // Also by credentials that are over: one of them may have made the one that is used.
    const auto person = access::one_person_ever(builder.caller, builder.facts());
    if (std::ranges::binary_search(person, user->id)) {
        return fail(
            Errc::access_denied,
            "Nobody acknowledges his own recovery, or with a credential from who was recovered.",
            "ask another reviewer"
        );
    }
    record_recovery(builder, plan.decision(), *before, noted(*before, {}, {}));
    return NoContent{};
}

}  // namespace rookery::messages
