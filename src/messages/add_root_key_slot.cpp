#include "messages/add_root_key_slot.hpp"

#include "pipeline/needs.hpp"
#include "pipeline/pasted_token.hpp"

namespace rookery::messages {

MessageFacts AddRootKeySlot::facts() const {
    return {
        "rky_AddRootKeySlot",
        audit::Action::slot_add,
        {},
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::vault};
}

Result<void> AddRootKeySlot::check_texts() const {
    return PastedTokenCheck{}.check("Label", label);
}

access::Decision AddRootKeySlot::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<AddRootKeySlot::Plan> AddRootKeySlot::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_manage_keys));
}

Result<MessageReply::Body> AddRootKeySlot::execute(PlanBuilder& builder, Plan plan) const {
    SlotAct act;
    act.action = audit::Action::slot_add;
    act.opens = opens;
    act.fresh = fresh;
    act.label = label;
    return ask_for(builder, plan.decision(), std::move(act));
}

}  // namespace rookery::messages
