#include "messages/retrieve_audit_details.hpp"

#include "pipeline/audit_rows.hpp"
#include "pipeline/needs.hpp"

namespace rookery::messages {
namespace {

access::Needs needs_for_details() {
    auto out = needs_of_general(schema::prv_read_audit);
    return out.need(schema::prv_read_record_audit);
}

}  // namespace

MessageFacts RetrieveAuditDetails::facts() const {
    return {
        "RetrieveAuditDetails",
        audit::Action::audit_read,
        named_by(target),
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveAuditDetails::check_texts() const { return {}; }

access::Decision RetrieveAuditDetails::admit(const Asker& asker) const {
    return asker.decide(needs_for_details());
}

Judged<RetrieveAuditDetails::Plan> RetrieveAuditDetails::plan(PlanBuilder& builder) const {
    if (!target.table->of_log) return fail(does_not_exist(*target.table, Uuid{}));
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    return judge_act(builder, needs_for_details(), std::move(row));
}

Result<MessageReply::Body> RetrieveAuditDetails::execute(PlanBuilder& builder, Plan plan) const {
    const auto& row = *plan.what().row;
    ROOKERY_TRY(const auto entry, find_audit(builder.view, row.id));
    if (!entry) return fail(does_not_exist(*row.table, row.id));
    AuditDetailReply reply{audit_detail(entry->event, builder.facts())};
    auto event = builder.event(audit::Action::audit_read, audit::Outcome::success);
    builder.about(event, row);
    event.rule = builder.rule_of(plan.decision());
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
