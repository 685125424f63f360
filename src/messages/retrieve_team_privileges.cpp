#include "messages/retrieve_team_privileges.hpp"

#include "pipeline/needs.hpp"

namespace rookery::messages {

MessageFacts RetrieveTeamPrivileges::facts() const {
    return {
        "RetrieveTeamPrivileges",
        audit::Action::audit_read,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveTeamPrivileges::check_texts() const { return {}; }

access::Decision RetrieveTeamPrivileges::admit(const Asker& asker) const {
    return asker.decide(needs_to_ask_about(target));
}

Judged<RetrieveTeamPrivileges::Plan> RetrieveTeamPrivileges::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    auto needs = needs_to_ask_about(*row, builder.facts());
    return judge_act(builder, std::move(needs), std::move(row));
}

Result<MessageReply::Body> RetrieveTeamPrivileges::execute(PlanBuilder& builder, Plan plan) const {
    const auto& row = *plan.what().row;
    PrivilegesReply reply;
    if (auto held = access::privileges_of(principal_of(row), builder.facts())) {
        reply.privileges = std::move(*held);
    }
    record_question(builder, plan.decision(), row);
    return reply;
}

}  // namespace rookery::messages
