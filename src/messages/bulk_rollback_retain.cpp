#include "messages/bulk_rollback_retain.hpp"

#include "pipeline/needs.hpp"
#include "pipeline/pasted_token.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {

MessageFacts BulkRollbackRetain::facts() const {
    return {
        "rky_BulkRollbackRetain",
        audit::Action::create,
        {&schema::known::retentionoperation, std::nullopt},
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::vault};
}

Result<void> BulkRollbackRetain::check_texts() const {
    PastedTokenCheck check;
    return check.check("FetchXml", text);
}

access::Decision BulkRollbackRetain::admit(const Asker& asker) const {
    if (query.table == nullptr) return asker.decide(needs_of_general(schema::prv_retain));
    auto decision = asker.decide(needs_of_run(RetentionKind::roll_back, *query.table));
    return decision.allowed() ? query.admit(asker) : decision;
}

Judged<BulkRollbackRetain::Plan> BulkRollbackRetain::plan(PlanBuilder& builder) const {
    return plan_retention(builder, RetentionKind::roll_back, {query, text, operation});
}

Result<MessageReply::Body> BulkRollbackRetain::execute(PlanBuilder& builder, Plan plan) const {
    return start_planned(builder, plan);
}

}  // namespace rookery::messages
