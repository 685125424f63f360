#include "messages/revoke_access.hpp"

namespace rookery::messages {

MessageFacts RevokeAccess::facts() const {
    return {
        "RevokeAccess",
        audit::Action::unshare,
        named_by(target),
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RevokeAccess::check_texts() const { return {}; }

access::Decision RevokeAccess::admit(const Asker& asker) const {
    return admit_sharing(asker, *this);
}

Judged<RevokeAccess::Plan> RevokeAccess::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto ends, ends_of_sharing(builder, *this));
    return plan_share(builder, std::move(ends), {});
}

Result<MessageReply::Body> RevokeAccess::execute(PlanBuilder& builder, Plan plan) const {
    return carry_out_share(builder, plan);
}

}  // namespace rookery::messages
