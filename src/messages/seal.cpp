#include "messages/seal.hpp"

#include "pipeline/needs.hpp"

namespace rookery::messages {

MessageFacts Seal::facts() const {
    return {
        "rky_Seal",
        audit::Action::sealed,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::vault};
}

Result<void> Seal::check_texts() const { return {}; }

access::Decision Seal::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<Seal::Plan> Seal::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_manage_keys));
}

Result<MessageReply::Body> Seal::execute(PlanBuilder& builder, Plan plan) const {
    if (!builder.services.seal) {
        return fail(Errc::unsupported, "This vault is not held by a server that could seal it.");
    }
    auto event = builder.event(audit::Action::sealed, audit::Outcome::success);
    event.rule = builder.rule_of(plan.decision());
    builder.record(event);
    builder.seal_afterwards();
    return NoContent{};
}

}  // namespace rookery::messages
