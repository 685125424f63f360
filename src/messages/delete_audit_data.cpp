#include "messages/delete_audit_data.hpp"

#include "pipeline/audit_rows.hpp"

namespace rookery::messages {

MessageFacts DeleteAuditData::facts() const {
    return {
        called, audit::Action::retention, {}, Cost::few_rows, Stores::nothing_new, OnBehalf::may};
}

Result<void> DeleteAuditData::check_texts() const { return {}; }

access::Decision DeleteAuditData::admit(const Asker& asker) const {
    return asker.decide(needs_of_anyone());
}

Judged<DeleteAuditData::Plan> DeleteAuditData::plan(PlanBuilder&) const {
    return fail(Stopped(log_is_kept()));
}

Result<MessageReply::Body> DeleteAuditData::execute(PlanBuilder&, Plan) const {
    return fail(log_is_kept());
}

}  // namespace rookery::messages
