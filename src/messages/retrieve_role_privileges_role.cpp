#include "messages/retrieve_role_privileges_role.hpp"

#include "pipeline/needs.hpp"

namespace rookery::messages {

MessageFacts RetrieveRolePrivilegesRole::facts() const {
    return {
        "RetrieveRolePrivilegesRole",
        audit::Action::audit_read,
        named_by(target),
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveRolePrivilegesRole::check_texts() const { return {}; }

access::Decision RetrieveRolePrivilegesRole::admit(const Asker& asker) const {
    return asker.decide(*target.table, schema::Right::read);
}

Judged<RetrieveRolePrivilegesRole::Plan> RetrieveRolePrivilegesRole::plan(PlanBuilder& builder
) const {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    access::Needs needs;
    add_need(needs, schema::Right::read, *row);
    return judge_act(builder, std::move(needs), std::move(row));
}

Result<MessageReply::Body> RetrieveRolePrivilegesRole::execute(PlanBuilder& builder, Plan plan)
    const {
    const auto& row = *plan.what().row;
    PrivilegesReply reply;
    if (auto given = access::privileges_of_role(row.id, builder.facts())) {
        reply.privileges = std::move(*given);
    }
    record_question(builder, plan.decision(), row);
    return reply;
}

}  // namespace rookery::messages
