#include "messages/retrieve_user_privileges.hpp"

#include "pipeline/needs.hpp"

#include <algorithm>

namespace rookery::messages {

MessageFacts RetrieveUserPrivileges::facts() const {
    return {
        called,
        audit::Action::audit_read,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveUserPrivileges::check_texts() const { return {}; }

access::Decision RetrieveUserPrivileges::admit(const Asker& asker) const {
    return asker.decide(needs_to_ask_about(target));
}

Judged<RetrieveUserPrivileges::Plan> RetrieveUserPrivileges::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    auto needs = needs_to_ask_about(*row, builder.facts());
    return judge_act(builder, std::move(needs), std::move(row));
}

Result<MessageReply::Body> RetrieveUserPrivileges::execute(PlanBuilder& builder, Plan plan) const {
    const auto& row = *plan.what().row;
    PrivilegesReply reply;
    if (auto held = access::privileges_of(principal_of(row), builder.facts())) {
        reply.privileges = std::move(*held);
    }
    if (only) {
        std::erase_if(reply.privileges, [&](const access::PrivilegeDepth& one) {
            return std::ranges::find(*only, one.privilege) == only->end();
        });
    }
    record_question(builder, plan.decision(), row);
    return reply;
}

}  // namespace rookery::messages
