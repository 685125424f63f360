#include "messages/sync_now.hpp"

#include "messages/sync_control.hpp"

namespace rookery::messages {

MessageFacts SyncNow::facts() const {
    return {
        "rky_SyncNow",
        audit::Action::sync_control,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> SyncNow::check_texts() const { return {}; }

access::Decision SyncNow::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_sync));
}

Judged<SyncNow::Plan> SyncNow::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_manage_sync));
}

Result<MessageReply::Body> SyncNow::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(check_sync_configured(builder));
    builder.wake_sync();
    record_sync_control(builder, plan.decision(), std::nullopt);
    return NoContent{};
}

}  // namespace rookery::messages
