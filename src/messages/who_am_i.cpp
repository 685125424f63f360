#include "messages/who_am_i.hpp"

namespace rookery::messages {

MessageFacts WhoAmI::facts() const {
    return {
        "WhoAmI", audit::Action::retrieve, {}, Cost::few_rows, Stores::nothing_new, OnBehalf::may};
}

Result<void> WhoAmI::check_texts() const { return {}; }

access::Decision WhoAmI::admit(const Asker& asker) const { return asker.decide(needs_of_anyone()); }

Judged<WhoAmI::Plan> WhoAmI::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_anyone());
}

Result<MessageReply::Body> WhoAmI::execute(PlanBuilder& builder, Plan) const {
    builder.record(builder.event(audit::Action::retrieve, audit::Outcome::success));
    const auto* user = builder.facts().user(builder.caller.user);
    return WhoAmIReply{user->business_unit, builder.caller.user, builder.services.organization};
}

}  // namespace rookery::messages
