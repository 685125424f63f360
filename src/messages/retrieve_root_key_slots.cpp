#include "messages/retrieve_root_key_slots.hpp"

#include "pipeline/needs.hpp"

namespace rookery::messages {

MessageFacts RetrieveRootKeySlots::facts() const {
    return {
        "rky_RetrieveRootKeySlots",
        audit::Action::retrieve,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveRootKeySlots::check_texts() const { return {}; }

access::Decision RetrieveRootKeySlots::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<RetrieveRootKeySlots::Plan> RetrieveRootKeySlots::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_manage_keys));
}

Result<MessageReply::Body> RetrieveRootKeySlots::execute(PlanBuilder& builder, Plan plan) const {
    auto event = builder.event(audit::Action::retrieve, audit::Outcome::success);
    event.rule = builder.rule_of(plan.decision());
    builder.record(event);
    return RootKeySlotsReply{builder.keys.keyring.slot_set(), builder.services.slots->all()};
}

}  // namespace rookery::messages
