#include "messages/retrieve_shared_principals_and_access.hpp"

#include "messages/rights_question.hpp"
#include "pipeline/needs.hpp"

#include <algorithm>

namespace rookery::messages {

MessageFacts RetrieveSharedPrincipalsAndAccess::facts() const {
    return {
        "RetrieveSharedPrincipalsAndAccess",
        audit::Action::audit_read,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveSharedPrincipalsAndAccess::check_texts() const { return {}; }

access::Decision RetrieveSharedPrincipalsAndAccess::admit(const Asker& asker) const {
    return asker.decide(*target.table, schema::Right::read);
}

Judged<RetrieveSharedPrincipalsAndAccess::Plan> RetrieveSharedPrincipalsAndAccess::plan(
    PlanBuilder& builder
) const {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    access::Needs needs;
    add_need(needs, schema::Right::read, *row);
    return judge_act(builder, std::move(needs), std::move(row));
}

Result<MessageReply::Body> RetrieveSharedPrincipalsAndAccess::execute(
    PlanBuilder& builder, Plan plan
) const {
    const auto& row = *plan.what().row;
    const auto& facts = builder.facts();
    SharedPrincipalsReply reply;
    facts.shares().each<&access::Share::row>(row.id, [&](const Uuid&, const access::Share& share) {
        if (share.table != row.table->id || share.over(facts.now())) return;
        reply.principals.push_back({{share.kind, share.principal}, share.rights});
    });
    std::ranges::sort(reply.principals, {}, &SharedPrincipalsReply::One::with);
    auto event = asked_event(builder, plan.decision());
    builder.about(event, row);
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
