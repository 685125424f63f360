#include "messages/test_root_key_slot.hpp"

#include "pipeline/needs.hpp"

namespace rookery::messages {

MessageFacts TestRootKeySlot::facts() const {
    return {
        "rky_TestRootKeySlot",
        audit::Action::slot_test,
        {},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::vault};
}

Result<void> TestRootKeySlot::check_texts() const { return {}; }

access::Decision TestRootKeySlot::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<TestRootKeySlot::Plan> TestRootKeySlot::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_manage_keys));
}

Result<MessageReply::Body> TestRootKeySlot::execute(PlanBuilder& builder, Plan plan) const {
    SlotAct act;
    act.action = audit::Action::slot_test;
    act.opens = opens;
    return ask_for(builder, plan.decision(), std::move(act));
}

}  // namespace rookery::messages
