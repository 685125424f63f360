#include "messages/remove_root_key_slot.hpp"

#include "pipeline/needs.hpp"

namespace rookery::messages {

MessageFacts RemoveRootKeySlot::facts() const {
    return {
        "rky_RemoveRootKeySlot",
        audit::Action::slot_remove,
        {},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::vault};
}

Result<void> RemoveRootKeySlot::check_texts() const { return {}; }

access::Decision RemoveRootKeySlot::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<RemoveRootKeySlot::Plan> RemoveRootKeySlot::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_manage_keys));
}

Result<MessageReply::Body> RemoveRootKeySlot::execute(PlanBuilder& builder, Plan plan) const {
    SlotAct act;
    act.action = audit::Action::slot_remove;
    act.opens = opens;
    act.slot = slot;
    act.used = used;
    return ask_for(builder, plan.decision(), std::move(act));
}

}  // namespace rookery::messages
