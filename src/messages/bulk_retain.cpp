#include "messages/bulk_retain.hpp"

#include "pipeline/needs.hpp"
#include "pipeline/pasted_token.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {

MessageFacts BulkRetain::facts() const {
    return {
        "BulkRetain",
        audit::Action::create,
        {&schema::known::retentionoperation, std::nullopt},
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::vault};
}

Result<void> BulkRetain::check_texts() const {
    PastedTokenCheck check;
    return check.check("FetchXml", text);
}

access::Decision BulkRetain::admit(const Asker& asker) const {
    if (query.table == nullptr) return asker.decide(needs_of_general(schema::prv_retain));
    auto decision = asker.decide(needs_of_run(RetentionKind::retain, *query.table));
    return decision.allowed() ? query.admit(asker) : decision;
}

Judged<BulkRetain::Plan> BulkRetain::plan(PlanBuilder& builder) const {
    return plan_retention(builder, RetentionKind::retain, {query, text, operation});
}

Result<MessageReply::Body> BulkRetain::execute(PlanBuilder& builder, Plan plan) const {
    return start_planned(builder, plan);
}

}  // namespace rookery::messages
