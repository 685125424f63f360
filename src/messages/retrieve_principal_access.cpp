#include "messages/retrieve_principal_access.hpp"

#include "messages/rights_question.hpp"
#include "pipeline/needs.hpp"

namespace rookery::messages {

MessageFacts RetrievePrincipalAccess::facts() const {
    return {
        "RetrievePrincipalAccess",
        audit::Action::audit_read,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrievePrincipalAccess::check_texts() const { return {}; }

access::Decision RetrievePrincipalAccess::admit(const Asker& asker) const {
    auto row = asker.decide(*target.table, schema::Right::read);
    return row.allowed() ? asker.decide(needs_to_ask_about(principal)) : row;
}

Judged<RetrievePrincipalAccess::Plan> RetrievePrincipalAccess::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    access::Needs to_read;
    add_need(to_read, schema::Right::read, *row);
    ROOKERY_TRY(auto reading, judge_act(builder, std::move(to_read), std::move(row)));
    ROOKERY_TRY(auto who, builder.reading.live(principal, schema::Right::read));
    auto to_ask = needs_to_ask_about(*who, builder.facts());
    ROOKERY_TRY(auto asking, judge_act(builder, std::move(to_ask), std::move(who)));
    return Plan{std::move(reading), std::move(asking)};
}

Result<MessageReply::Body> RetrievePrincipalAccess::execute(PlanBuilder& builder, Plan plan) const {
    const auto& row = *plan.reading.what().row;
    const auto who = principal_of(*plan.asking.what().row);
    const auto facts = facts_of(row);
    PrincipalAccessReply reply;
    if (who.kind == access::PrincipalKind::team) {
        reply.rights = access::rights_on_row_of_team(who.id, *row.table, facts, builder.facts());
    } else {
        const bool own = who.id == builder.caller.user;
        const auto caller = own ? builder.caller : access::Caller::of(who.id);
        reply.rights = access::rights_on_row(caller, *row.table, facts, builder.facts());
    }
    auto event = asked_event(builder, plan.asking.decision());
    builder.about(event, row);
    add_subject(event, who.id);
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
