#include "messages/retry_sync.hpp"

#include "messages/sync_control.hpp"
#include "query/outbox_reader.hpp"

namespace rookery::messages {

MessageFacts RetrySync::facts() const {
    return {
        "rky_RetrySync",
        audit::Action::sync_control,
        {},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrySync::check_texts() const { return {}; }

access::Decision RetrySync::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_sync));
}

Judged<RetrySync::Plan> RetrySync::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_manage_sync));
}

Result<MessageReply::Body> RetrySync::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(check_sync_configured(builder));
    ROOKERY_TRY(const auto parked, read_parked(builder.view, retried_max));
    for (const auto& entry : parked.entries) {
        builder.change_outbox({entry.record, entry.versionnumber, ledger::OutboxChange::To::due});
    }
    builder.wake_sync();
    record_sync_control(builder, plan.decision(), parked.entries.size());
    return RetryReply{parked.entries.size(), parked.more};
}

}  // namespace rookery::messages
